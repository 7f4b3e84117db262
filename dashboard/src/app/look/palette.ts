/** A colour as a canvas needs it: red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The tokens of `styles/tokens.css` as colours of the present theme, for drawings on a canvas. */
export class Palette {
  readonly #probe: HTMLElement;
  readonly #known = new Map<string, Rgb>();

  /** @param host an element of the page, whose theme counts */
  constructor(host: HTMLElement) {
    this.#probe = host.ownerDocument.createElement('span');
    this.#probe.hidden = true;
    host.append(this.#probe);
  }

  /** @param token a name, as `--accent` */
  rgb(token: string): Rgb {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    this.#probe.style.color = `var(${token})`;
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(this.#probe).color.match(/[\d.]+/g) ?? []).map(Number);
    const colour: Rgb = [red, green, blue];
    this.#known.set(token, colour);
    return colour;
  }

  css(token: string, alpha = 1): string {
    return cssOf(this.rgb(token), alpha);
  }

  /** Forgets the colours: the theme is another one. */
  forget(): void {
    this.#known.clear();
  }
}

export function cssOf([red, green, blue]: Rgb, alpha = 1): string {
  return `rgb(${String(Math.round(red))} ${String(Math.round(green))} ${String(Math.round(blue))} / ${String(alpha)})`;
}

/** @param share of `b`, 0 to 1 */
export function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2): number => a[index] + (b[index] - a[index]) * share;
  return [part(0), part(1), part(2)];
}
