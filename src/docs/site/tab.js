// Loaded first. Whatever the reference keeps, a token included, it keeps for this tab: not in `localStorage`, which other
// tabs and later visits share.
Object.defineProperty(window, "localStorage", { value: window.sessionStorage });
