using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Slices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Slices;

/// <summary>Slices as sealed files in a folder, one for each finding: a line that says what is in it, and the pcapng behind it, both sealed with a key made from the site's secret.</summary>
/// <param name="folder">The folder.</param>
/// <param name="secret">The site's secret.</param>
/// <param name="bounds">Days that a slice is kept, and most bytes of all together; asked each time.</param>
/// <param name="audit">Where openings are told.</param>
/// <param name="clock">Wall clock.</param>
internal sealed class SliceStore(string folder, byte[] secret, Func<(int Days, long Bytes)> bounds, IAuditLog audit, TimeProvider clock) : ISlices
{
    private const int LongestReason = 4000;
    private static readonly JsonSerializerOptions HeadForm = new() { Converters = { new TimeNumber() } };
    private readonly SecretBox box = new(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "wardkeeper slices"u8.ToArray()));
    private readonly PatientMasker masker = new(secret);

    /// <summary>Keeps a slice, and what its finding was judged by.</summary>
    public void Keep(long finding, byte[] pcapng, int packets, int leftOut, long bytes, JudgedBy? judged = null)
    {
        Directory.CreateDirectory(folder);
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(new Head(packets, leftOut, bytes) { Judged = judged }, HeadForm);
        string path = PathOf(finding), draft = path + ".draft";
        File.WriteAllBytes(draft, box.Seal([.. head, (byte)'\n', .. pcapng]));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(draft, clock.GetUtcNow().UtcDateTime);
        File.Move(draft, path, overwrite: true);
        Tidy();
    }

    /// <summary>Deletes slices whose time is over, and the oldest while all together are too large.</summary>
    public void Tidy()
    {
        DirectoryInfo there = new(folder);
        if (!there.Exists) return;
        (int days, long most) = bounds();
        DateTime oldest = clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(days);
        long bytes = 0;
        foreach (FileInfo file in there.EnumerateFiles("*.slice").OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal))
        {
            bytes += file.Length;
            if (file.LastWriteTimeUtc <= oldest || bytes > most) file.Delete();
        }
    }

    /// <inheritdoc/>
    public SliceState Look(long finding)
    {
        FileInfo file = new(PathOf(finding));
        int days = bounds().Days;
        if (file.Exists && file.LastWriteTimeUtc > clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(days) && Read(finding) is { } slice)
        {
            CaptureTime cut = CaptureTime.FromDate(new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
            return new SliceState(SliceKind.There, slice.Head.Packets, slice.Head.LeftOut, slice.Head.Bytes, cut, CaptureTime.FromDate(new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero).AddDays(days)));
        }
        return new SliceState(file.Exists ? SliceKind.Expired : SliceKind.None);
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, byte[]? File)> OpenAsync(Actor who, long finding, string reason, CancellationToken cancel = default) => await OpenAsync(who, finding, reason, "slice-downloaded", cancel);

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, IReadOnlyList<SliceRow> Rows)> DecodeAsync(Actor who, long finding, string reason, CancellationToken cancel = default)
    {
        (Outcome outcome, byte[]? file) = await OpenAsync(who, finding, reason, "slice-decoded", cancel);
        return (outcome, file is null ? [] : await Task.Run(() => SliceReading.Rows(file, masker), cancel));
    }

    /// <summary>The slice of a finding for a program of ours that hands nothing of it out; null when there is none.</summary>
    public byte[]? Peek(long finding) => Read(finding)?.File;

    /// <summary>What a finding was judged by when its slice was cut; null when there is no slice, or it was cut by a version that did not keep that.</summary>
    public JudgedBy? JudgedBy(long finding) => Read(finding)?.Head.Judged;

    private async Task<(Outcome Outcome, byte[]? File)> OpenAsync(Actor who, long finding, string reason, string action, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.Analyst) || who.Departments is not null) return (new Outcome(OutcomeKind.NotAllowed, 0, "refused.needs-analyst"), null);
        if (string.IsNullOrWhiteSpace(reason)) return (new Outcome(OutcomeKind.Invalid, 0, "refused.reason-missing"), null);
        if (reason.Length > LongestReason) return (new Outcome(OutcomeKind.Invalid, 0, "refused.text-too-long"), null);
        if (Look(finding).Kind != SliceKind.There || Read(finding) is not { } slice) return (new Outcome(OutcomeKind.NotFound), null);
        // Told first: nothing leaves that is not in the log.
        await audit.AppendAsync(who, action, Finding.IdOf(finding), null, string.Create(CultureInfo.InvariantCulture, $"{slice.Head.Packets} packets"), reason.Trim(), cancel);
        return (new Outcome(OutcomeKind.Done), slice.File);
    }

    private (Head Head, byte[] File)? Read(long finding)
    {
        string path = PathOf(finding);
        try
        {
            if (!File.Exists(path) || box.Open(File.ReadAllBytes(path)) is not { } plain) return null;
            int end = plain.AsSpan().IndexOf((byte)'\n');
            return (JsonSerializer.Deserialize<Head>(plain.AsSpan(0, end), HeadForm)!, plain[(end + 1)..]);
        }
        catch (IOException)
        {
            // It went while it was looked at.
            return null;
        }
    }

    private string PathOf(long finding) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"F-{finding}.slice"));

    /// <summary>What a slice says of itself.</summary>
    private sealed record Head(int Packets, int LeftOut, long Bytes)
    {
        public JudgedBy? Judged { get; init; }
    }

    /// <summary>Capture times as nanoseconds.</summary>
    private sealed class TimeNumber : JsonConverter<CaptureTime>
    {
        public override CaptureTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, CaptureTime value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Nanoseconds);
    }
}
