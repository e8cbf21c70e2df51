/** Where something listens. */
export interface Place {
  readonly address: string;
  readonly port: number;
}
