import { ApiError, type Api } from '@graphtail/client';
import { isOffset, seqOf, type Fact } from '@graphtail/facts';
import { reasonOf } from '../api/api.ts';
import { whole } from '../format/numbers.ts';
import { offsetAt } from './older-facts.ts';

/** What came of a fact that an address names. */
export type Linked = { readonly kind: 'found'; readonly fact: Fact } | { readonly kind: 'missing'; readonly why: string };

/** Reads one fact from the log, or says why it is not there. Never rejects. */
export async function linkedFact(api: Pick<Api, 'log' | 'facts'>, graph: string, at: string): Promise<Linked> {
  if (!isOffset(at)) return { kind: 'missing', why: `The address names the fact “${at.slice(0, 60)}”, which is not an offset.` };
  const seq = `#${whole(seqOf(at))}`;
  try {
    const bounds = await api.log({ graph });
    if (seqOf(at) <= seqOf(bounds.floor)) {
      return {
        kind: 'missing',
        why: `Fact ${seq} is older than what the log keeps, which begins with #${whole(seqOf(bounds.floor) + 1)}.`,
      };
    }
    if (seqOf(at) > seqOf(bounds.head))
      return { kind: 'missing', why: `The log ends at #${whole(seqOf(bounds.head))}: it does not hold ${seq} yet.` };
    const { facts } = await api.facts({ graph, from: offsetAt(bounds, seqOf(at) - 1), limit: 1 });
    const [fact] = facts;
    if (fact?.offset === at) return { kind: 'found', fact };
    return { kind: 'missing', why: `Fact ${seq} was of a log, or a part of one, that was lost. Another fact has its number now.` };
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) return { kind: 'missing', why: 'Nobody answers: the fact can be read later.' };
    return { kind: 'missing', why: reasonOf(error, 'The fact could not be read.') };
  }
}
