/**
 * The first `count` items in order, the same as after sorting all of them, in O(n log count). With this, a page of a
 * long list does not need a sort of the whole list.
 */
export function smallest<Item>(items: Iterable<Item>, count: number, compare: (a: Item, b: Item) => number): Item[] {
  if (count <= 0) return [];
  const heap: Item[] = []; // heap[0] is the largest of the kept items
  for (const item of items) {
    if (heap.length < count) {
      heap.push(item);
      rise(heap, compare);
    } else if (compare(item, heap[0]!) < 0) {
      heap[0] = item;
      sink(heap, compare);
    }
  }
  return heap.sort(compare);
}

function rise<Item>(heap: Item[], compare: (a: Item, b: Item) => number): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (compare(heap[child]!, heap[parent]!) <= 0) return;
    swap(heap, child, parent);
    child = parent;
  }
}

function sink<Item>(heap: Item[], compare: (a: Item, b: Item) => number): void {
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && compare(heap[right]!, heap[left]!) > 0 ? right : left;
    if (compare(heap[child]!, heap[parent]!) <= 0) return;
    swap(heap, child, parent);
    parent = child;
  }
}

function swap<Item>(heap: Item[], a: number, b: number): void {
  const kept = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = kept;
}
