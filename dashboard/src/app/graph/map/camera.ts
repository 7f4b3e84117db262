/** How the map is enlarged: a point (x, y) of the map is at (x · scale + dx, y · scale + dy) of the screen. */
export type Camera = { readonly scale: number; readonly dx: number; readonly dy: number };

export const WHOLE: Camera = { scale: 1, dx: 0, dy: 0 };
const MOST = 24;

/** Enlarges by a factor; the point of the map under (x, y) of the screen stays there. The map always fills the screen. */
export function zoomed({ scale, dx, dy }: Camera, factor: number, x: number, y: number, width: number, height: number): Camera {
  const next = Math.min(MOST, Math.max(1, scale * factor));
  const ratio = next / scale;
  return within({ scale: next, dx: x - (x - dx) * ratio, dy: y - (y - dy) * ratio }, width, height);
}

export function moved({ scale, dx, dy }: Camera, byX: number, byY: number, width: number, height: number): Camera {
  return within({ scale, dx: dx + byX, dy: dy + byY }, width, height);
}

function within({ scale, dx, dy }: Camera, width: number, height: number): Camera {
  return { scale, dx: Math.min(0, Math.max(width - width * scale, dx)), dy: Math.min(0, Math.max(height - height * scale, dy)) };
}
