import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BinaryHeap } from './binary-heap.ts';

test('items come out in order, also when the least one is changed in place', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.nat()), (numbers, changes) => {
      const heap = new BinaryHeap<{ value: number }>((one, other) => one.value < other.value);
      for (const value of numbers) heap.push({ value });
      const left = [...numbers].sort((a, b) => a - b);
      for (const change of changes) {
        const least = heap.peek();
        expect(least?.value).toBe(left[0]);
        if (!least) break;
        least.value += change;
        heap.sink();
        left[0]! += change;
        left.sort((a, b) => a - b);
      }
      expect([...heap].map(({ value }) => value).sort((a, b) => a - b)).toEqual(left);
      const out: number[] = [];
      while (heap.size > 0) out.push(heap.pop()!.value);
      expect(out).toEqual(left);
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
