import { TestBed } from '@angular/core/testing';
import { Theme } from './theme.ts';

describe('Theme', () => {
  const clean = (): void => {
    localStorage.removeItem('graphtail.theme');
    delete document.documentElement.dataset['theme'];
  };
  beforeEach(clean);
  afterEach(clean);

  it('follows the system until a choice is made, remembers the choice, and follows again when the two agree', () => {
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    const other = system === 'dark' ? 'light' : 'dark';
    const theme = TestBed.inject(Theme);
    expect(theme.current()).toBe(system);
    expect(document.documentElement.dataset['theme']).toBeUndefined();
    theme.toggle();
    expect(theme.current()).toBe(other);
    expect(document.documentElement.dataset['theme']).toBe(other);
    expect(localStorage.getItem('graphtail.theme')).toBe(other);
    theme.toggle();
    expect(theme.current()).toBe(system);
    expect(localStorage.getItem('graphtail.theme')).toBeNull();
  });
});
