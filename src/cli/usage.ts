/** How a command ended, for scripts and CI. */
export const EXIT = { fine: 0, no: 1, usage: 2, unreachable: 3 } as const;

/** What was typed makes no sense; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `bhxh-intake <command> [options]

  up                       runs the service: database, API, desk       --port N  --data-dir DIR | --temporary  --until-stdin-ends
  demo                     plays the public guide's story              --url URL  --guide  --out DIR
  seed                     puts dossiers into a workspace              --count N  --journey NAME  --seed TEXT  --profile NAME
  clock get                the workspace's time
  clock set TIME           RFC 3339, tells what fell due               --frozen
  clock freeze | unfreeze  lets the time stand still, or go on
  clock advance DURATION   ISO 8601 such as P3D, tells what fell due
  await                    waits for a message; without one, 1         --channel sms|email  --to  --dossier  --template  --state  --timeout SECONDS
  messages                 the messages that are there                 the same filters
  counters                 every number of every counter; a gap is 1
  counters set             the next number will be LAST + 1            --office CODE  --year YYYY  --last N  --kind GD
  replay FILE              plays a recorded run; a difference is 1      --url URL  --workspace NAME  --json
  doctor                   whether the service can run here            --data-dir DIR  --port N

  --url URL          the running service (or BHXH_INTAKE_URL; default http://127.0.0.1:3000, of demo and replay one of their own)
  --workspace NAME   the world that is meant (default: default)
  --key KEY          what opens a desk that asks for a key (or SIMULATOR_KEY)
  --json             the answer as one JSON document

  exit status        0 fine · 1 the answer is no · 2 wrong usage · 3 the service cannot be reached (replay: 2 could not be played)
`;
