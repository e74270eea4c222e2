using System.Text;
using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Formats.Dicom;

public sealed class Part10ReaderTests
{
    private const string Samples = "reference/dicom/samples";

    /// <summary>Elements whose text is compared with dcmdump's.</summary>
    private static readonly uint[] Compared =
    [
        DicomTag.MediaSopClass, DicomTag.MediaSopInstance, DicomTag.MediaTransferSyntax, DicomTag.WriterUid, DicomTag.WriterVersion, DicomTag.SourceAe,
        DicomTag.SpecificCharacterSet, DicomTag.SopClass, DicomTag.SopInstance, DicomTag.StudyDate, DicomTag.AccessionNumber, DicomTag.RetrieveAe, DicomTag.Modality,
        DicomTag.Manufacturer, DicomTag.Institution, DicomTag.StationName, DicomTag.Department, DicomTag.Model, DicomTag.PatientName, DicomTag.PatientId, DicomTag.PatientBirthDate,
        DicomTag.SerialNumber, DicomTag.SoftwareVersions, DicomTag.StudyInstance, DicomTag.SeriesInstance, DicomTag.StudyId,
    ];

    public static TheoryData<string> Files
    {
        get
        {
            string folder = Path.Combine(Path.GetDirectoryName(SharedFiles.Project)!, "shared", Samples);
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.dcm").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void A_real_file_is_read_as_dcmdump_reads_it(string name)
    {
        string path = SharedFiles.Path(Path.Combine(Samples, name));
        Dcmdump dump = Dcmdump.Of(path, Compared);
        (DataSetFacts facts, DataSetFault fault) = Read(File.ReadAllBytes(path));
        // The one file that is sound but for a sequence's tag with a code string in it, which only a reader with a dictionary can mind.
        if (!dump.IsGood && name != "dcm4che__Tag-0040-A170-VR-CS.dcm") Assert.NotEqual(DataSetFault.None, fault);
        List<string> differences = [];
        foreach (uint tag in dump.IsGood ? Compared : [])
        {
            string? expected = dump.Values.GetValueOrDefault(tag), got = facts[tag];
            if (!dump.IsConverted && expected is not null && !expected.All(static c => c is >= ' ' and <= '~')) continue;
            // The conversion rewrites what names the character set.
            if (dump.IsConverted && tag == DicomTag.SpecificCharacterSet) continue;
            if (expected?.Length > DataSetFacts.MaxText) expected = expected[..DataSetFacts.MaxText].Trim();
            if (expected != got) differences.Add($"{tag:X8}: dcmdump [{expected}], read [{got}]");
        }
        Assert.True(differences.Count == 0, $"{fault}\n{string.Join('\n', differences)}");
    }

    [Fact]
    public void All_but_the_damaged_real_files_are_without_a_fault()
    {
        string folder = SharedFiles.Path(Samples);
        Dictionary<string, DataSetFault> faults = Directory.EnumerateFiles(folder, "*.dcm").ToDictionary(file => Path.GetFileName(file), file => Read(File.ReadAllBytes(file)).Fault);
        Assert.Equal(153, faults.Count);
        Assert.Equal(147, faults.Count(pair => pair.Value == DataSetFault.None));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void Where_a_real_file_is_cut_changes_nothing(string name)
    {
        byte[] file = File.ReadAllBytes(SharedFiles.Path(Path.Combine(Samples, name)));
        (DataSetFacts whole, DataSetFault fault) = Read(file);
        foreach (int piece in (int[])[1, 7, 1000])
        {
            if (piece == 1 && file.Length > 200_000) continue;
            (DataSetFacts cut, DataSetFault itsFault) = Read(file, piece);
            Assert.Equal(fault, itsFault);
            Assert.All(Compared, tag => Assert.Equal(whole[tag], cut[tag]));
        }
    }

    [Fact]
    public void A_file_without_preamble_and_prefix_is_read_from_its_first_element()
    {
        byte[] file = DataSetWriter.File("1.2.840.10008.1.2", [], Node.Text(DicomTag.Modality, "CS", "CT"));
        Assert.Equal("CT", Read(file[132..]).Facts[DicomTag.Modality]);
        Assert.Equal("US", Read(DataSetWriter.Write(TransferSyntax.Implicit, Node.Text(DicomTag.Modality, "CS", "US"))).Facts[DicomTag.Modality]);
        Assert.Equal(DataSetFault.Meta, Read(Encoding.ASCII.GetBytes("no DICOM at all, whatever it is called")).Fault);
        Assert.Equal(DataSetFault.Meta, Read([]).Fault);
    }

    [Fact]
    public void A_meta_group_without_end_is_bounded()
    {
        byte[] endless = [.. new byte[128], .. "DICM"u8, 2, 0, 2, 1, (byte)'O', (byte)'B', 0, 0, 0xFF, 0xFF, 0xFF, 0x7F];
        Assert.Equal(DataSetFault.Meta, Read(endless).Fault);
        Assert.Equal(DataSetFault.Meta, Read([.. endless[..132], .. Enumerable.Repeat<byte[]>([2, 0, 2, 1, (byte)'O', (byte)'B', 0, 0, 0, 4, 0, 0, .. new byte[1024]], 20).SelectMany(one => one)]).Fault);
    }

    [Theory]
    [InlineData("MZ", "windows-program")]
    [InlineData("\u007fELF", "linux-program")]
    [InlineData("#!/bin/sh", "script")]
    [InlineData("PK\u0003\u0004", "zip")]
    [InlineData("%PDF-1.4", "pdf")]
    [InlineData("<html>", "markup")]
    [InlineData("II*\0", null)]
    [InlineData("\0\0\0", null)]
    [InlineData("MAXI", null)]
    public void A_second_face_in_the_preamble_is_told(string preamble, string? word)
    {
        Part10Reader reader = new();
        reader.Begin();
        reader.Push(DataSetWriter.File("1.2.840.10008.1.2.1", Encoding.Latin1.GetBytes(preamble), Node.Text(DicomTag.Modality, "CS", "CT")));
        Assert.Equal(DataSetFault.None, reader.End());
        Assert.Equal(word, PreambleKinds.Word(reader.Face));
    }

    private static (DataSetFacts Facts, DataSetFault Fault) Read(byte[] file, int piece = int.MaxValue)
    {
        Part10Reader reader = new();
        reader.Begin();
        for (int at = 0; at < file.Length; at += Math.Min(piece, file.Length - at)) reader.Push(file.AsSpan(at, Math.Min(piece, file.Length - at)));
        DataSetFault fault = reader.End();
        return (reader.Facts, fault);
    }
}
