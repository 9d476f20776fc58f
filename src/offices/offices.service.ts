import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Refusal, type Fault } from '../platform/refusal.ts';
import { Office } from './office.entity.ts';
import { OfficeIndex, type OfficeFault, type OfficePage, type OfficeSearch } from './office-index.ts';

/** The office list, read from its table when the process starts and answered from memory. */
@Injectable()
export class OfficesService implements OnModuleInit {
  private index = new OfficeIndex([]);

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.reload();
  }

  /** Reads the table anew; whoever changes an office calls this after the commit. */
  async reload(): Promise<void> {
    this.index = new OfficeIndex(await this.database.manager.find(Office));
  }

  findOffice(code: string): Office | undefined {
    return this.index.find(code);
  }

  /** @throws Refusal `not-found` */
  getOffice(code: string): Office {
    const office = this.findOffice(code);
    if (!office) throw new Refusal('not-found');
    return office;
  }

  /** What is wrong with this text as the receiving office of a declaration, if anything; of a closed office, who took over. */
  officeFault(code: string): { code: OfficeFault; text?: Fault['text'] } | undefined {
    const fault = this.index.faultOf(code);
    if (fault === undefined) return undefined;
    const successor = fault === 'office-closed' ? this.index.findSuccessor(code) : undefined;
    return successor ? { code: fault, text: closedFor(successor) } : { code: fault };
  }

  /** @throws Refusal `malformed-request` for a bad cursor */
  search(search: OfficeSearch): OfficePage {
    return this.index.search(search);
  }

  suggestForDistrict(districtCode: string): Office[] {
    return this.index.suggestForDistrict(districtCode);
  }

  suggestForManagementNumber(managementNumber: string): Office[] {
    return this.index.suggestForManagementNumber(managementNumber);
  }
}

function closedFor({ code, name }: Office): Required<Fault>['text'] {
  return {
    vi: `Cơ quan BHXH này đã ngừng tiếp nhận hồ sơ. Nơi tiếp nhận thay: [${code}] ${name}.`,
    en: `This social insurance office no longer receives dossiers. [${code}] ${name} took over.`,
  };
}
