import { z } from 'zod';

/** The services behind the gateway. */
export const SERVICES = ['ingest', 'projector', 'notifier'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** URLs of the processes of each service. A host may be a name that stands for several processes. */
export type Addresses = Readonly<Record<ServiceName, readonly string[]>>;

/** Stands in place of addresses if the parent process tells them, as the supervisor of `npm start` does. */
export const FROM_PARENT = 'parent';

/** Where nothing is known yet. */
export const NOWHERE: Addresses = { ingest: [], projector: [], notifier: [] };

/** A setting: where the processes of a service answer. */
export function serviceAddresses(fallback: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((address) => address.trim()))
    .refine(
      (addresses) => (addresses.length === 1 && addresses[0] === FROM_PARENT) || addresses.every(isServiceAddress),
      `must be addresses such as ${fallback}, separated by commas, or ${FROM_PARENT}`,
    )
    .default([fallback]);
}

/** Services speak plain HTTP, and their paths begin at `/`. */
function isServiceAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return protocol === 'http:' && `${pathname}${search}${hash}${username}${password}` === '/';
}

const list = z.array(z.string().refine(isServiceAddress));

/** The message by which the parent process tells where services answer now. */
export const UpstreamsMessageSchema = z.object({
  type: z.literal('upstreams'),
  upstreams: z.object({ ingest: list, projector: list, notifier: list }),
});
