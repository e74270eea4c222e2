using System.Buffers.Binary;
using Wardkeeper.Lab.Emitters.Dimse;

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
    /// <param name="writer">Who writes it; the Implementation Version Name is cut to 16 characters, and left out where there is none.</param>
    /// <param name="dataSet">What it holds.</param>
    public static byte[] ToBytes(string sopClass, string sopInstance, DicomIdentity writer, DataSet dataSet)
    {
        DataSet meta = new DataSet()
            .SetBytes(0x00020001, "OB", [0, 1])
            .Set(0x00020002, "UI", sopClass)
            .Set(0x00020003, "UI", sopInstance)
            .Set(0x00020010, "UI", TransferSyntax)
            .Set(0x00020012, "UI", writer.ImplementationUid);
        if (writer.ImplementationVersion is { Length: > 0 } version) meta.Set(0x00020013, "SH", version[..Math.Min(version.Length, LongestVersion)]);
        byte[] group = DataSetCodec.Write(meta, isExplicit: true);

        // (0002,0000) counts the bytes of the group that follow it.
        byte[] length = [2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(length.AsSpan(8), (uint)group.Length);
        return [.. new byte[PreambleLength], .. "DICM"u8, .. length, .. group, .. DataSetCodec.Write(dataSet, isExplicit: true)];
    }
}
