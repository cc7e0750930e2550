export declare function tick<T>(value?: T): Promise<T>;
