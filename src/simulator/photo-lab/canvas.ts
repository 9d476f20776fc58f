const { abs, ceil, floor, hypot, max, min } = Math;

export type Colour = readonly [red: number, green: number, blue: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Distance in pixels from a point to a shape's edge, negative inside. */
export type Shape = (x: number, y: number) => number;

/**
 * A sheet of RGB pixels and a few shapes with soft edges. The photo gate shuts the SVG loader for the whole process, and the
 * lab must not open it again: so it draws its pictures pixel by pixel.
 */
export class Canvas {
  readonly pixels: Uint8ClampedArray;

  constructor(
    readonly width: number,
    readonly height: number,
    background: Colour = [255, 255, 255],
  ) {
    this.pixels = new Uint8ClampedArray(width * height * 3);
    this.pixels.set(background);
    for (let filled = 3; filled < this.pixels.length; filled *= 2) this.pixels.copyWithin(filled, 0, filled);
  }

  /** Paints a shape; `feather` is the width of its soft edge in pixels. */
  fill(box: Box, shape: Shape, colour: Colour, { opacity = 1, feather = 1 } = {}): void {
    this.blend(box, colour, (x, y) => opacity * min(1, max(0, 0.5 - shape(x, y) / feather)));
  }

  /** Paints as strongly, 0 to 1, as `strength` says at each pixel. */
  blend(box: Box, [red, green, blue]: Colour, strength: (x: number, y: number) => number): void {
    const toX = min(this.width, ceil(box.x + box.width));
    const toY = min(this.height, ceil(box.y + box.height));
    for (let y = max(0, floor(box.y)); y < toY; y++) {
      for (let x = max(0, floor(box.x)); x < toX; x++) {
        const share = strength(x + 0.5, y + 0.5);
        if (share <= 0) continue;
        const at = (y * this.width + x) * 3;
        this.pixels[at] = this.pixels[at]! + (red - this.pixels[at]!) * share;
        this.pixels[at + 1] = this.pixels[at + 1]! + (green - this.pixels[at + 1]!) * share;
        this.pixels[at + 2] = this.pixels[at + 2]! + (blue - this.pixels[at + 2]!) * share;
      }
    }
  }

  get box(): Box {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }

  ellipse(x: number, y: number, radiusX: number, radiusY: number, colour: Colour, edge: { opacity?: number; feather?: number } = {}): void {
    const reach = 1 + (edge.feather ?? 1);
    const box = { x: x - radiusX - reach, y: y - radiusY - reach, width: 2 * (radiusX + reach), height: 2 * (radiusY + reach) };
    this.fill(box, ellipseAt(x, y, radiusX, radiusY), colour, edge);
  }

  panel(box: Box, corner: number, colour: Colour, edge: { opacity?: number; feather?: number } = {}): void {
    const reach = 1 + (edge.feather ?? 1);
    const around = { x: box.x - reach, y: box.y - reach, width: box.width + 2 * reach, height: box.height + 2 * reach };
    this.fill(around, panelAt(box, corner), colour, edge);
  }

  /** A line with round ends through the given points. */
  stroke(
    points: readonly (readonly [x: number, y: number])[],
    width: number,
    colour: Colour,
    edge: { opacity?: number; feather?: number } = {},
  ): void {
    for (let index = 1; index < points.length; index++) {
      const [fromX, fromY] = points[index - 1]!;
      const [toX, toY] = points[index]!;
      const reach = width / 2 + 1 + (edge.feather ?? 1);
      const box = {
        x: min(fromX, toX) - reach,
        y: min(fromY, toY) - reach,
        width: abs(fromX - toX) + 2 * reach,
        height: abs(fromY - toY) + 2 * reach,
      };
      this.fill(box, lineAt(fromX, fromY, toX, toY, width / 2), colour, edge);
    }
  }
}

export function ellipseAt(centreX: number, centreY: number, radiusX: number, radiusY: number): Shape {
  const radius = min(radiusX, radiusY);
  return (x, y) => (hypot((x - centreX) / radiusX, (y - centreY) / radiusY) - 1) * radius;
}

export function panelAt({ x: left, y: top, width, height }: Box, corner: number): Shape {
  const [centreX, centreY] = [left + width / 2, top + height / 2];
  return (x, y) => {
    const outX = abs(x - centreX) - width / 2 + corner;
    const outY = abs(y - centreY) - height / 2 + corner;
    return hypot(max(outX, 0), max(outY, 0)) + min(max(outX, outY), 0) - corner;
  };
}

function lineAt(fromX: number, fromY: number, toX: number, toY: number, radius: number): Shape {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const length = dx * dx + dy * dy || 1;
  return (x, y) => {
    const along = min(1, max(0, ((x - fromX) * dx + (y - fromY) * dy) / length));
    return hypot(x - fromX - along * dx, y - fromY - along * dy) - radius;
  };
}
