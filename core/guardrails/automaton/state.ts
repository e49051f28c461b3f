/** What happens on one character. */
export interface Transition {
  readonly state: State;
  /** Where the start of each group comes from: a group of the state before, later ones from later ones. */
  readonly from: Uint16Array;
  /** Groups that keep their place, from the first. */
  readonly kept: number;
  /** Whether one more group begins here, behind those of `from`. */
  readonly born: boolean;
  /** Pattern and group of each match that ended before the character, oldest first. Missing: none. */
  readonly matches: Uint16Array | undefined;
}

/**
 * Threads between two characters: the nodes that they wait at, before it is known which character comes. Threads that
 * began at the same place are a group; groups stand in order of age, and an older one's nodes are in no younger one.
 */
export interface State {
  readonly nodes: Uint16Array;
  /** By group: where its nodes end. */
  readonly ends: Uint16Array;
  /** A class of the same kind as the character before. */
  readonly before: number;
  readonly beforeKind: number;
  /** By class of the character that comes. */
  readonly transitions: (Transition | undefined)[];
}
