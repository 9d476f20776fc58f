import type { Request } from 'express';

interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods that the path of a request knows, upper case; empty when no route has that path. */
export function methodsOf(request: Request): string[] {
  const router = (request.app as unknown as { router?: { stack?: Layer[] } }).router;
  const methods = new Set<string>();
  for (const layer of router?.stack ?? []) {
    if (!layer.route || !matches(layer, request.path)) continue;
    for (const [method, known] of Object.entries(layer.route.methods))
      if (known && !method.startsWith('_')) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // a path whose escapes cannot be decoded matches nothing
  }
}
