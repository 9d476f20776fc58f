/** How routes describe the header in the API document; each adds whether it is `required`. */
export const IDEMPOTENCY_KEY_HEADER = {
  name: 'Idempotency-Key',
  description: '1–255 ký tự; gửi lại cùng khóa và nội dung thì nhận đúng câu trả lời cũ · Same key and content, same answer.',
  example: 'b1f0c3de-7a52-4b8f-9a40-1c1f6f0e8d55',
};
