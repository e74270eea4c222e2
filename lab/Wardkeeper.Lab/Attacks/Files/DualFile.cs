using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Attacks.Files;

/// <summary>
/// DICOM files that are a second kind of file as well, by their preamble (PS3.10, 7.1 leaves its 128 bytes to applications). One
/// begins as a Windows program: a header without code, section or entry point, so that it can do nothing. The other is an honest
/// TIFF image of the same pixels.
/// </summary>
/// <param name="Bytes">The file.</param>
/// <param name="PatientId">Whom it says to concern.</param>
/// <param name="Instance">SOP Instance UID.</param>
internal sealed record DualFile(byte[] Bytes, string PatientId, string Instance)
{
    private const string SecondaryCapture = "1.2.840.10008.5.1.4.1.1.7", Root = "1.2.826.0.1.3680043.8.498.77.9";
    private const uint PrivateCreator = 0x00090010, PrivateBlock = 0x00091001;
    private const int HeaderPointer = 0x3C, TiffEntries = 8;

    /// <summary>Makes a file.</summary>
    /// <param name="dice">Choose patient, image and UIDs.</param>
    /// <param name="isProgram">Whether it begins as a program; as a TIFF image otherwise.</param>
    public static DualFile Make(Dice dice, bool isProgram)
    {
        int side = 2 * dice.Between(8, 40);
        byte[] pixels = dice.Bytes(side * side);
        string patient = "HL9" + dice.Between(1000, 9999).ToString(System.Globalization.CultureInfo.InvariantCulture), instance = $"{Root}.{dice.Between(1, 999_999)}.{dice.Between(1, 999_999)}";
        byte[] block = isProgram ? ProgramHeader(dice.Of<ushort>([0x014C, 0x8664])) : new byte[2 + (12 * TiffEntries) + 4];
        DataSet image = new DataSet()
            .Set(0x00080016, "UI", SecondaryCapture).Set(0x00080018, "UI", instance).Set(0x00080020, "DA", "20261123").Set(0x00080030, "TM", "091000").Set(0x00080060, "CS", "OT").Set(0x00080064, "CS", "WSD")
            .Set(PrivateCreator, "LO", "LAB DUAL").SetBytes(PrivateBlock, "OB", block)
            .Set(0x00100010, "PN", "DUAL^" + dice.Of(["ADA", "BEN", "CLEO", "DAN", "EVE"])).Set(0x00100020, "LO", patient).Set(0x00100030, "DA", "19700101").Set(0x00100040, "CS", "O")
            .Set(0x0020000D, "UI", instance + ".1").Set(0x0020000E, "UI", instance + ".2").Set(0x00200010, "SH", "D1").SetInteger(0x00200011, 1).SetInteger(0x00200013, 1)
            .SetShort(0x00280002, 1).Set(0x00280004, "CS", "MONOCHROME2").SetShort(0x00280010, side).SetShort(0x00280011, side).SetShort(0x00280100, 8).SetShort(0x00280101, 8).SetShort(0x00280102, 7).SetShort(0x00280103, 0)
            .SetBytes(0x7FE00010, "OB", pixels);
        byte[] file = DicomFile.ToBytes(SecondaryCapture, instance, new DicomIdentity("", Root, "LAB_DUAL"), image);
        // (0009,1001) OB: tag, VR, two bytes, length of four.
        int at = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x09, 0x00, 0x01, 0x10, (byte)'O', (byte)'B']) + 12;
        if (isProgram)
        {
            "MZ"u8.CopyTo(file);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(HeaderPointer), at);
        }
        else
        {
            // Little endian, version 42, then where the directory is. TIFF 6.0, section 2.
            Encoding.Latin1.GetBytes("II*\0").CopyTo(file, 0);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), at);
            WriteDirectory(file.AsSpan(at), side, file.Length - pixels.Length);
        }
        return new DualFile(file, patient, instance);
    }

    /// <summary>Signature and file header (PE Format, "COFF File Header") with no sections and no optional header.</summary>
    private static byte[] ProgramHeader(ushort machine)
    {
        byte[] header = new byte[64];
        "PE\0\0"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), machine);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(22), 0x0102);
        return header;
    }

    /// <summary>The directory of an image of 8 bits in one strip. TIFF 6.0, section 4.</summary>
    private static void WriteDirectory(Span<byte> into, int side, int pixels)
    {
        (ushort Tag, ushort Type, int Value)[] entries = [(256, 4, side), (257, 4, side), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, pixels), (278, 4, side), (279, 4, side * side)];
        BinaryPrimitives.WriteUInt16LittleEndian(into, TiffEntries);
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = into[(2 + (12 * i))..];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], entries[i].Type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], 1);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], entries[i].Value);
        }
    }
}
