export { TROUBLE_KINDS, type TroubleCode } from './trouble-kinds.ts';
export { Troubles, TroubleSchema, type Complaint, type Trouble } from './troubles.ts';
export { unfitness } from './unfitness.ts';
