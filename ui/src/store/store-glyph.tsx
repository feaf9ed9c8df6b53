/** Drawings that only the store's pages need, on the grid of `components/icon.tsx`. */
const paths = {
  seal: "m12 3 2.4 1.9 3-.2.9 2.9 2.5 1.7-1 2.9 1 2.9-2.5 1.7-.9 2.9-3-.2L12 21.4l-2.4-1.9-3 .2-.9-2.9-2.5-1.7 1-2.9-1-2.9 2.5-1.7.9-2.9 3 .2zM8.7 12.3l2.3 2.3 4.4-4.6",
  dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01",
  pin: "M9 4h6l-.6 6 3.1 3.5h-11L9.6 10zM12 13.5V20",
} as const;

export function StoreGlyph({ name, size = 17 }: { name: keyof typeof paths; size?: number }) {
  return (
    <svg className="ic" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} strokeWidth={name === "dice" ? 2 : undefined} />
    </svg>
  );
}
