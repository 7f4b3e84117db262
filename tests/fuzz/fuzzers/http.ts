import { HTTP_EXAMPLES } from '../examples/http.ts';
import { operationsOf } from '../generate/operations.ts';
import type { Case } from '../generate/case.ts';
import { requests } from '../generate/requests.ts';
import { ANSWER_WITHIN_MS, judge } from '../oracle/judge-answer.ts';
import { reproduction } from '../oracle/reproduction.ts';
import type { Door, Product } from '../rig/product.ts';
import { exchange } from '../wire/exchange.ts';
import type { Places } from '../wire/request.ts';
import type { Fuzzer } from './fuzzer.ts';

export const LANES = 4;

/** Requests made from the product's own documents, at every door. */
export async function httpFuzzer(product: Product): Promise<Fuzzer<Case>> {
  return {
    name: 'http',
    tries: requests(await operationsOf(product.ports)),
    examples: HTTP_EXAMPLES,
    lanes: LANES,
    async attempt(given, { ports }, tally) {
      const { door } = given.request;
      const outcome = await exchange(given.request, ports[door], placesAt(product, door), ANSWER_WITHIN_MS);
      tally.count(given.kind, outcome.kind === 'answered' ? String(outcome.answer.status) : outcome.kind);
      return judge(given, outcome);
    },
    about: ({ about, request }) => `${request.door} ${about}`,
    reproduce: ({ request }) => reproduction(request, product.ports[request.door], placesAt(product, request.door)),
  };
}

export function placesAt(product: Product, door: Door): Places {
  return { head: product.head, host: `127.0.0.1:${String(product.ports[door])}` };
}
