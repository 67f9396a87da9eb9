/** The version of the package. */
declare const VERSION: string;
