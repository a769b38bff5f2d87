/** The colours the shop is drawn in. */
export interface Colourway {
  name: string;
  base: string;
  dark: string;
  light: string;
  /** Wall and table of the picture. */
  wall: string;
  table: string;
}

export const colourways: readonly Colourway[] = [
  colourway("sage", "#8fa58a #657d61 #bccbb6", "#eef1e9 #dde5d6"),
  colourway("clay", "#c47e5e #99593f #e3ae94", "#f7ece4 #ecd8ca"),
  colourway("ink", "#3f5170 #29374f #7186a6", "#e9edf3 #d3dbe7"),
  colourway("sand", "#d2b587 #aa8d60 #ead8b8", "#f7f2e8 #ebe0ca"),
  colourway("rose", "#cc9494 #a26c6e #e6c2c0", "#f8eeec #eedbd8"),
  colourway("ochre", "#d19d3f #a47522 #ebc884", "#f9f1df #efdfba"),
  colourway("fog", "#a5b0b6 #7a878e #cdd5d9", "#eff2f3 #dde3e6"),
  colourway("charcoal", "#55555a #36363a #8b8b92", "#efeeec #dcdad6"),
  colourway("oat", "#e6dac4 #c2b296 #f8f2e6", "#e9e4da #d9d1c2"),
  colourway("moss", "#6d7d4f #4b5834 #a1b083", "#eff1e6 #dde1cc"),
  colourway("sky", "#85adc5 #5b839c #b7d2e1", "#ebf2f6 #d6e4ec"),
  colourway("plum", "#83607a #5d4056 #b496ab", "#f3ecf1 #e3d6df"),
];

function colourway(name: string, shades: string, room: string): Colourway {
  const [base = "", dark = "", light = ""] = shades.split(" ");
  const [wall = "", table = ""] = room.split(" ");
  return { name, base, dark, light, wall, table };
}
