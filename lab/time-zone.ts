import { TIME_ZONES } from "./schema/formats/time-zones.ts";

const OF_NO_PLACE = /^(?:Etc\/)?(?:UTC|GMT)$|^Etc\/GMT(?:-(?:[1-9]|1[0-4])|\+(?:[1-9]|1[0-2]))$/;

/** Whether a node's clock can be set to it. */
export const isTimeZone = (name: string): boolean => OF_NO_PLACE.test(name) || TIME_ZONES.has(name);
