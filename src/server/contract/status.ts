import { Type } from 'typebox';

/** Answer of `/api/v1/status`: how the server does. */
export const StatusAnswer = Type.Object({
  asker: Type.String({ description: 'Whoever asked, as the audit log names them' }),
  version: Type.String(),
  startedMs: Type.Integer({ description: 'Milliseconds since 1970' }),
  dataFolder: Type.String(),
  isServing: Type.Boolean({ description: 'false when a command opened the data folder without a server' }),
  rules: Type.Object({ active: Type.Integer(), all: Type.Integer(), faulty: Type.Integer() }),
});
