using System.Buffers.Binary;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>Writes files of PS3.10: preamble, prefix, file meta information (7.1) and one data set in explicit VR little endian.</summary>
internal static class DicomFile
{
    /// <summary>Explicit VR Little Endian. PS3.6, Annex A.</summary>
    public const string TransferSyntax = "1.2.840.10008.1.2.1";

    private const int PreambleLength = 128, LongestVersion = 16;

    /// <summary>The file's bytes.</summary>
    /// <param name="sopClass">SOP Class UID.</param>
    /// <param name="sopInstance">SOP Instance UID.</param>
    /// <param name="implementationUid">Implementation Class UID of who writes it.</param>
    /// <param name="implementationVersion">Its Implementation Version Name, cut to 16 characters; null leaves it out.</param>
    /// <param name="dataSet">What it holds.</param>
    public static byte[] ToBytes(string sopClass, string sopInstance, string implementationUid, string? implementationVersion, DicomDataSet dataSet)
    {
        DicomDataSet meta = new DicomDataSet(DicomCharset.Ascii)
            .AddBytes(0x00020001, "OB", [0, 1])
            .Add(0x00020002, "UI", sopClass)
            .Add(0x00020003, "UI", sopInstance)
            .Add(0x00020010, "UI", TransferSyntax)
            .Add(0x00020012, "UI", implementationUid);
        if (implementationVersion is not null) meta.Add(0x00020013, "SH", implementationVersion[..Math.Min(implementationVersion.Length, LongestVersion)]);
        byte[] group = meta.ToBytes();

        // (0002,0000) counts the bytes of the group that follow it.
        byte[] length = [2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(length.AsSpan(8), (uint)group.Length);
        return [.. new byte[PreambleLength], .. "DICM"u8, .. length, .. group, .. dataSet.ToBytes()];
    }
}
