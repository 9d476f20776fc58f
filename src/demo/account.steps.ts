import type { CitizenSession, Profile } from './answers.ts';
import { awaitMessage } from './awaited-message.ts';
import { Refused, StepFailed } from './intake-client.ts';
import type { Filed, Stage } from './story.ts';

/** What the citizen chooses instead of the password of the SMS. */
const NEW_PASSWORD = 'Trời xanh biển rộng';

/** @returns the password of the SMS */
export async function readSms(stage: Stage, filed: Filed): Promise<string> {
  const sms = await awaitMessage(stage, filed, { channel: 'sms', template: 'credentials' });
  if (!sms.fields.password) throw new StepFailed('the SMS came without a password.');
  stage.page.chapter('Tin nhắn cấp tài khoản', 'the SMS with the account');
  stage.page.facts(['Đến', 'to', sms.to]);
  stage.page.quote(sms.text);
  return sms.fields.password;
}

/** Logs in, meets the closed door, changes the password and is in. */
export async function logInForTheFirstTime({ client, page }: Stage, { persona }: Filed, password: string): Promise<void> {
  page.chapter('Đăng nhập lần đầu', 'the first login');
  const { insuranceNumber } = persona.person;
  const { body: session } = await client.json<CitizenSession>('POST', '/v1/sessions', { json: { insuranceNumber, password } });
  const token = session.accessToken;
  page.done(`Đăng nhập bằng mã số ${insuranceNumber} và mật khẩu trong tin nhắn`, 'logs in with the number and the password of the SMS');

  await meetClosedDoor(client, token);
  page.done('Chưa đổi mật khẩu thì chưa dùng được', 'before the password is changed, nothing else answers');

  await client.json('PUT', '/v1/me/password', { token, json: { currentPassword: password, newPassword: NEW_PASSWORD } });
  page.done(`Đổi mật khẩu thành “${NEW_PASSWORD}”`, 'chooses another password');

  const { body: me } = await client.json<Profile>('GET', '/v1/me', { token });
  page.done('Vào được tài khoản', 'is in');
  page.facts(
    ['Họ và tên', 'name', me.fullName],
    ['Mã số BHXH', 'insurance number', me.insuranceNumber],
    ['Hồ sơ', 'dossier', me.dossierNumber],
    ['Tài khoản', 'account', me.state],
  );
}

async function meetClosedDoor(client: Stage['client'], token: string): Promise<void> {
  try {
    await client.json<Profile>('GET', '/v1/me', { token });
  } catch (fault) {
    if (fault instanceof Refused && fault.code === 'password-change-required') return;
    throw fault;
  }
  throw new StepFailed('the first password was good for more than changing it.');
}
