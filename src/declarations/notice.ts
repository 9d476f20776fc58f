/** The hotline that every notice names [S]. */
export const HOTLINE = '19009068';

/** The notice after sending, to the letter of the public guide [S]. */
export function receiptNotice(insuranceNumber: string, dossierNumber: string): string {
  return (
    `BHXH Việt Nam đã nhận tờ khai của mã số ${insuranceNumber} với số hồ sơ là ${dossierNumber}. Vui lòng đến cơ quan BHXH gần nhất ` +
    `với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục. Liên hệ ${HOTLINE} để được hỗ trợ.`
  );
}
