using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Content;

public class BodyTests
{
    [Theory]
    [InlineData("<!DOCTYPE html><html>", "text/html")]
    [InlineData("  <!-- x --><HTML>", "text/html")]
    [InlineData("<?xml version=\"1.0\"?><root/>", "application/xml")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC>", "text/html")]
    [InlineData("{\"a\": 1}", "text/json")]
    [InlineData("[]", "text/json")]
    [InlineData("[{\"a\": 1}]", "text/json")]
    [InlineData("{ not json at all }", "text/plain")]
    [InlineData("plain words", "text/plain")]
    [InlineData("short", null)]
    [InlineData("\x89PNG\r\n\x1a\n", "image/png")]
    [InlineData("GIF89a", "image/gif")]
    [InlineData("%PDF-1.4", "application/pdf")]
    [InlineData("PK\x03\x04", "application/zip")]
    [InlineData("MZ\x90\0\x03", "application/x-dosexec")]
    [InlineData("#!/bin/sh\necho", "text/x-shellscript")]
    [InlineData("--b\r\nContent-Type: x/y\r\n\r\nGIF89a", "image/gif")]
    [InlineData("\xFE\xED\xFA\xCE\0\0\0\0\0\0\0\0", null)]
    public void Types_are_told_by_content(string content, string? type) => Assert.Equal(type, Push(Encoding.Latin1.GetBytes(content)).Type);

    [Fact]
    public void Dicom_files_are_known_by_their_mark_behind_the_preamble() =>
        Assert.Equal("application/dicom", Push([.. new byte[128], .. "DICM"u8]).Type);

    [Fact]
    public void Whole_files_that_carry_code_are_hashed_whatever_their_cuts()
    {
        byte[] program = [.. "MZ\0\0\x03"u8, .. new byte[100_000]];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(program)), Push(program).Sha256);
        Body body = new();
        body.Begin(default);
        for (int at = 0; at < program.Length; at += 777) body.Push(program.AsSpan(at, Math.Min(777, program.Length - at)));
        Assert.Equal(Push(program).Sha256, body.End(true).Sha256);
    }

    [Fact]
    public void Older_sums_are_computed_while_somebody_looks_for_them_and_only_then()
    {
        byte[] program = [.. "MZ\0\0\x03"u8, .. new byte[50_000]];
        BodyFacts With(FileSums sums)
        {
            Body body = new();
            body.Begin(new BodyHead { Into = new Looking(sums) });
            for (int at = 0; at < program.Length; at += 777) body.Push(program.AsSpan(at, Math.Min(777, program.Length - at)));
            return body.End(true);
        }
        BodyFacts both = With(FileSums.Md5 | FileSums.Sha1);
#pragma warning disable CA5350, CA5351 // What lists of indicators name files by.
        Assert.Equal((Convert.ToHexStringLower(MD5.HashData(program)), Convert.ToHexStringLower(SHA1.HashData(program))), (both.Md5, both.Sha1));
#pragma warning restore CA5350, CA5351
        Assert.Equal((Push(program).Sha256, null, both.Sha1), (With(FileSums.Sha1).Sha256, With(FileSums.Sha1).Md5, With(FileSums.Sha1).Sha1));
        Assert.Null(With(FileSums.None).Md5 ?? With(FileSums.None).Sha1);
    }

    [Fact]
    public void Incomplete_bodies_and_pictures_are_not_hashed()
    {
        Body body = new();
        body.Begin(default);
        body.Push([.. "MZ\0\0\x03"u8, .. new byte[8000]]);
        body.Lose(10);
        body.Push(new byte[10]);
        BodyFacts facts = body.End(true);
        Assert.Equal((8025L, null, false), (facts.Length, facts.Sha256, facts.IsWhole));
        Assert.Null(Push([.. "GIF89a"u8, .. new byte[10_000]]).Sha256);
    }

    [Theory]
    [InlineData("<html><head><title>\n Pump  web\tui </title>", null, "Pump web ui")]
    [InlineData("<html><TITLE lang=en>A &lt;b&gt;</TITLE>", null, "A <b>")]
    [InlineData("<html><meta charset=\"gbk\"><title>\xBC\xE0\xBB\xA4\xD2\xC7</title>", null, "监护仪")]
    [InlineData("<html><title>\xE7\x9B\x91</title>", null, "监")]
    [InlineData("<html><title>caf\xE9</title>", "iso-8859-1", "café")]
    [InlineData("<html><title>x</title>", "no-such-charset", "x")]
    [InlineData("<html><title></title>", null, null)]
    [InlineData("<html><title>never closed", null, null)]
    public void Titles_are_read_in_their_character_set(string page, string? charset, string? title) =>
        Assert.Equal(title, Push(Encoding.Latin1.GetBytes(page), charset: charset).Title);

    [Theory]
    [InlineData(ContentCoding.Gzip)]
    [InlineData(ContentCoding.Deflate)]
    [InlineData(ContentCoding.Brotli)]
    internal void Packed_bodies_are_looked_into(ContentCoding coding)
    {
        byte[] page = Encoding.ASCII.GetBytes("<html><title>packed</title>" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i * 7919 % 10007} ")));
        byte[] packed = Pack(coding, page);
        BodyFacts whole = Push(packed, coding);
        Assert.Equal(("packed", "text/html"), (whole.Title, whole.Type));
        Assert.Equal(coding == ContentCoding.Gzip ? page.Length : packed.Length, whole.Length);
        // A damaged or cut body shows what came before the damage, and never throws.
        Assert.Equal("packed", Push(packed[..(packed.Length / 4)], coding).Title);
        for (int at = 0; at < packed.Length; at += 1 + (packed.Length / 50))
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= 0x55;
            Push(damaged, coding);
        }
    }

    [Fact]
    public void A_length_that_gzip_cannot_have_is_not_believed()
    {
        byte[] packed = Pack(ContentCoding.Gzip, Encoding.ASCII.GetBytes("hello world, hello world"));
        packed[^1] = 0x7F;
        Assert.Equal(packed.Length, Push(packed, ContentCoding.Gzip).Length);
    }

    [Fact]
    public void Bodies_beyond_their_beginning_allocate_nothing()
    {
        Body body = new();
        byte[] bytes = new byte[1400];
        body.Begin(default);
        for (int i = 0; i < 10; i++) body.Push(bytes);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 10_000; i++) body.Push(bytes);
        }));
    }

    private static BodyFacts Push(byte[] bytes, ContentCoding coding = ContentCoding.Identity, string? charset = null)
    {
        Body body = new();
        body.Begin(new BodyHead { Coding = coding, Charset = charset });
        body.Push(bytes);
        return body.End(true);
    }

    private static byte[] Pack(ContentCoding coding, byte[] bytes)
    {
        using MemoryStream into = new();
        using (Stream pack = coding switch
        {
            ContentCoding.Gzip => new GZipStream(into, CompressionLevel.Optimal),
            ContentCoding.Deflate => new ZLibStream(into, CompressionLevel.Optimal),
            _ => new BrotliStream(into, CompressionLevel.Optimal),
        }) pack.Write(bytes);
        return into.ToArray();
    }

    /// <summary>Somebody who looks for files by sums.</summary>
    private sealed class Looking(FileSums sums) : ITransactionSink
    {
        public FileSums Sums => sums;

        public PatientMasker Masker { get; } = new();

        public void Emit(Transaction transaction)
        {
        }

        public void Report(Fault fault)
        {
        }

        public void Expect(in ExpectedFlow expected)
        {
        }
    }
}
