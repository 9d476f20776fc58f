import { Module, type DynamicModule, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DeliveryReceipts } from './delivery-receipts.ts';
import { MessageDispatch } from './message-dispatch.ts';
import { MessageSecrets } from './message-secrets.ts';
import { Outbox } from './outbox.ts';
import { Relay } from './relay.ts';
import { RelayStore } from './relay.store.ts';

@Module({})
export class MessagesModule {
  /**
   * The room, once per application and seen by all others.
   * @param ports providers of `MessageFacts`, `SmsGateway` and `Mailer`, chosen where the application is put together
   * @param imports modules that those providers need
   */
  static withPorts(ports: Provider[], imports: ModuleMetadata['imports'] = []): DynamicModule {
    return {
      module: MessagesModule,
      global: true,
      imports,
      providers: [...ports, MessageSecrets, MessageDispatch, RelayStore, Relay, Outbox, DeliveryReceipts],
      exports: [DeliveryReceipts, Outbox, Relay],
    };
  }
}
