/** Prints `label NN%` whenever the whole percentage has risen by ten, and at the end. */
export function progress(label: string, total: number): (done: number) => void {
  let shown = -10;
  return (done) => {
    const percent = Math.floor((done / total) * 100);
    if (percent < shown + 10 && percent !== 100) return;
    shown = percent;
    console.log(`${label} ${percent}%`);
  };
}
