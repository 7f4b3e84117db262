import { analyse } from '../../../testing/code-base.ts';

const LONG = 50_000;

/** Pieces that, repeated, never end what they begin. */
const PIECES = {
  vue: ['<!--', '<script ', '{{', '<a b="', '<a :b="', '<a v-for="a in b">', '</a>', '<template>'],
  svelte: ['{', '{`${', '{(/[', '<p>{', '{#if a}', '{#each ', '$a '],
  astro: ['---\n', '<p>{', '{(<b>', '{x && <b>', '<a {', '{<>'],
  html: ['<style', '<a ', '@if (', '@let a = ', '<a *ngIf="', '{{a | b:', '\n'],
};

describe('A template that is made to slow its reader down', () => {
  for (const [extension, pieces] of Object.entries(PIECES)) {
    // Where a reader took time by the square of a text's length, this took minutes.
    it(`is read in time proportional to its length: .${extension}`, () => {
      for (const piece of pieces) {
        const body = piece.repeat(Math.ceil(LONG / piece.length));
        const source = extension === 'vue' ? `<template>${body}` : body;
        expect(analyse({ [`a.${extension}`]: source }).node(`a.${extension}`).node_type).toBe('file');
      }
    });
  }

  it('is read however deep it is nested: code in markup in code is passed over where that has gone too far', () => {
    const deep = `${'<div v-slot="{ a }">'.repeat(5_000)}{{ f() }}${'</div>'.repeat(5_000)}`;
    const found = analyse({ 'a.vue': `<template>${deep}{{ f() }}</template>\n<script setup>\nfunction f() {}\n</script>` });
    expect(found.relationship('a.vue', 'calls', 'a.vue#f').count).toBe(2);
    const code = `${'{x && <b>'.repeat(300)}${'</b>}'.repeat(300)}`;
    const astro = analyse({ 'a.astro': `---\nfunction f() {}\n---\n{f()}${code}{f()}` });
    expect(astro.relationship('a.astro', 'calls', 'a.astro#f').count).toBe(2);
  });
});
