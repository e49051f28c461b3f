import { crc32 } from 'node:zlib';

/**
 * A zip archive of one executable file, stored without compression (APPNOTE 6.3.10). The same content gives the
 * same bytes, so that a function whose code did not change is not replaced.
 */
export function zipOfOne(name: string, content: Buffer): Buffer {
  const nameBytes = Buffer.from(name);
  const sum = crc32(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  writeShared(local, 4);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(0x0314, 4); // made on Unix, so that the mode below counts
  writeShared(central, 6);
  central.writeUInt32LE((0o100755 << 16) >>> 0, 38);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + nameBytes.length, 12);
  end.writeUInt32LE(local.length + nameBytes.length + content.length, 16);
  return Buffer.concat([local, nameBytes, content, central, nameBytes, end]);

  function writeShared(header: Buffer, at: number): void {
    header.writeUInt16LE(20, at); // version needed
    header.writeUInt16LE(0x21, at + 8); // 1 January 1980
    header.writeUInt32LE(sum, at + 10);
    header.writeUInt32LE(content.length, at + 14);
    header.writeUInt32LE(content.length, at + 18);
    header.writeUInt16LE(nameBytes.length, at + 22);
  }
}
