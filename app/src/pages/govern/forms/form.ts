import type { ReactNode } from 'react';
import type { ChangeRequest } from '../../../rules/types.js';

/** A form about a change: it draws its fields, and below them whatever is made of its request; `null` while nothing is asked for. */
export type ChangeFormProps = { children: (request: ChangeRequest | null) => ReactNode };
