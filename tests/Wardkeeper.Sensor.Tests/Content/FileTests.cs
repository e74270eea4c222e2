using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Content.Files;

namespace Wardkeeper.Sensor.Tests.Content;

/// <summary>What files say of themselves as they pass, wherever they are cut.</summary>
public class FileTests
{
    private static readonly byte[] Program = MakeProgram();

    [Fact]
    public void A_zip_is_listed_by_kinds_and_its_programs_by_name()
    {
        byte[] zip = Zip(("images/1.dcm", Dicom()), ("images/2.dcm", Dicom()), ("Zhang^San.txt", "a report of some length"u8.ToArray()), ("bin/setup.exe", Program), ("scan.pdf.js", "alert(1)"u8.ToArray()), ("../../etc/cron", [1, 2, 3]));
        FileTraits traits = Read(zip);
        Assert.Equal(("ZIP", 6, false), (traits.Format, traits.Members, traits.IsCut));
        Assert.Equal(["application/dicom 2", "application/x-dosexec 1", "js 1", "txt 1"], traits.Kinds);
        Assert.Equal(["bin/setup.exe", "scan.pdf.js"], traits.Programs);
        Assert.Equal(["double-ending", "leaves-its-folder", "program-inside"], traits.Traits);
        Assert.Equal(zip.Length > 0 ? (2 * 132) + 23 + Program.Length + 8 + 3 : 0, traits.Unpacked);
    }

    [Fact]
    public void A_zip_whose_lengths_stand_behind_its_members_is_listed_alike()
    {
        using MemoryStream stored = new();
        using (OneWay way = new(stored))
        using (ZipArchive archive = new(way, ZipArchiveMode.Create)) Fill(archive, [("a.txt", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("PKPK\x03PK\x03\x04", 50)))), ("b/run.exe", Program)]);
        FileTraits traits = Read(stored.ToArray());
        Assert.Equal((2, false), (traits.Members, traits.IsCut));
        Assert.Equal(["b/run.exe"], traits.Programs);
    }

    [Theory]
    [InlineData("[Content_Types].xml word/document.xml word/vbaProject.bin", "Word document", "macros")]
    [InlineData("[Content_Types].xml xl/workbook.xml", "Excel workbook", "")]
    [InlineData("META-INF/MANIFEST.MF a/B.class", "Java archive", "")]
    [InlineData("DICOMDIR IMAGES/IM1", "ZIP with DICOMDIR", "")]
    public void Documents_and_packages_are_told_by_their_members(string names, string format, string traits)
    {
        FileTraits found = Read(Zip([.. names.Split(' ').Select(name => (name, "<x/>"u8.ToArray()))]));
        Assert.Equal((format, traits), (found.Format, string.Join(' ', found.Traits)));
    }

    [Fact]
    public void A_tar_is_listed_bare_and_packed()
    {
        using MemoryStream stored = new();
        using (TarWriter writer = new(stored, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "bin/"));
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "bin/run") { DataStream = new MemoryStream(Program) });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "note.txt") { DataStream = new MemoryStream(new byte[1000]) });
        }
        byte[] tar = stored.ToArray();
        FileTraits bare = Read(tar);
        Assert.Equal(("tar", 2, Program.Length + 1000L, false), (bare.Format, bare.Members, bare.Unpacked, bare.IsCut));
        Assert.Equal(["bin/run"], bare.Programs);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(tar);
        FileTraits inner = Read(packed.ToArray());
        Assert.Equal(("gzip of tar", 2), (inner.Format, inner.Members));
    }

    [Fact]
    public void Programs_say_what_they_are()
    {
        FileTraits portable = Read(Program);
        Assert.Equal(("PE32+", "x64", 1_600_000_000L, "library signed"), (portable.Format, portable.Machine, portable.Linked, string.Join(' ', portable.Traits)));
        FileTraits elf = Read(File.ReadAllBytes("/bin/sh"));
        Assert.Equal(("ELF64", ""), (elf.Format, string.Join(' ', elf.Traits)));
    }

    [Theory]
    [InlineData("%PDF-1.7\n1 0 obj<</OpenAction 2 0 R/Names<</JavaScript 3 0 R>>>>", "PDF", "javascript opens-something")]
    [InlineData("{\\rtf1\\object\\objdata 0105", "RTF", "files-inside")]
    [InlineData("%PDF-1.7 nothing else at all", "PDF", "")]
    public void Documents_show_what_makes_them_more_than_paper(string text, string format, string traits)
    {
        FileTraits found = Read([.. Encoding.ASCII.GetBytes(text), .. new byte[6000], .. "/Launch is only a word of PDF"u8]);
        Assert.Equal((format, format == "PDF" ? (traits + " starts-programs").Trim() : traits), (found.Format, string.Join(' ', found.Traits)));
    }

    [Fact]
    public void Old_documents_with_macros_are_known()
    {
        byte[] document = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[9000], .. Encoding.Unicode.GetBytes("_VBA_PROJECT"), .. new byte[100]];
        Assert.Equal(["macros"], Read(document).Traits);
    }

    [Fact]
    public void Damaged_and_hostile_files_end_in_a_partial_list_and_nothing_else()
    {
        byte[] zip = Zip(("a.txt", new byte[5000]), ("b.exe", Program), ("c.txt", [1]));
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            byte[] mutated = [.. zip];
            for (int j = 0; j < 1 + (i % 9); j++) mutated[4 + random.Next(mutated.Length - 4)] = (byte)random.Next(256);
            if (Pushed(mutated[..(i % 3 == 0 ? random.Next(4, mutated.Length) : mutated.Length)], 1 + random.Next(900)).File is { } traits) Assert.InRange(traits.Members ?? 0, 0, 1000);
        }
        Body body = new();
        body.Begin(default);
        body.Push(zip.AsSpan(0, 100));
        body.Lose(20);
        body.Push(zip.AsSpan(120));
        Assert.True(body.End(true).File!.IsCut);
    }

    /// <summary>The same, however it is cut.</summary>
    private static FileTraits Read(byte[] bytes)
    {
        FileTraits whole = Pushed(bytes, bytes.Length).File!;
        foreach (int step in (ReadOnlySpan<int>)[1, 7, 61, 997, 4096])
        {
            FileTraits cut = Pushed(bytes, step).File!;
            Assert.Equal(Text(whole), Text(cut));
        }
        return whole;
    }

    private static string Text(FileTraits traits) => $"{traits.Format} {traits.Machine} {traits.Linked} {traits.Members} {traits.Unpacked} {traits.IsCut} {string.Join(',', traits.Traits)} {string.Join(',', traits.Kinds)} {string.Join(',', traits.Programs)}";

    private static BodyFacts Pushed(byte[] bytes, int step)
    {
        Body body = new();
        body.Begin(default);
        for (int at = 0; at < bytes.Length; at += step) body.Push(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
        return body.End(true);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        using MemoryStream stored = new();
        using (ZipArchive archive = new(stored, ZipArchiveMode.Create, leaveOpen: true)) Fill(archive, members);
        return stored.ToArray();
    }

    private static void Fill(ZipArchive archive, (string Name, byte[] Content)[] members)
    {
        foreach ((string name, byte[] content) in members)
        {
            using Stream into = archive.CreateEntry(name).Open();
            into.Write(content);
        }
    }

    private static byte[] Dicom() => [.. new byte[128], .. "DICM"u8];

    private static byte[] MakeProgram()
    {
        byte[] program = new byte[600];
        "MZ"u8.CopyTo(program);
        BitConverter.TryWriteBytes(program.AsSpan(60), 128);
        "PE\0\0"u8.CopyTo(program.AsSpan(128));
        BitConverter.TryWriteBytes(program.AsSpan(132), (ushort)0x8664);
        BitConverter.TryWriteBytes(program.AsSpan(136), 1_600_000_000);
        BitConverter.TryWriteBytes(program.AsSpan(148), (ushort)240);
        BitConverter.TryWriteBytes(program.AsSpan(150), (ushort)0x2022);
        BitConverter.TryWriteBytes(program.AsSpan(152), (ushort)0x20B);
        BitConverter.TryWriteBytes(program.AsSpan(152 + 108), 16);
        BitConverter.TryWriteBytes(program.AsSpan(152 + 112 + 32), 4096);
        BitConverter.TryWriteBytes(program.AsSpan(152 + 112 + 36), 512);
        return program;
    }

    /// <summary>A stream that cannot be wound back, so that lengths have to stand behind.</summary>
    private sealed class OneWay(Stream into) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => into.Write(buffer, offset, count);
    }
}
