/** The origins of what the journeys have started: a page asks no other. */
export const ourAddresses = new Set<string>();
