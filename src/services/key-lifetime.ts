/** How long a key stands for the visit that was recorded under it, as SQL. Afterwards it is any other key. */
export const keyLifetime = `interval '24 hours'`;
