using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

/// <summary>A recording, read by tshark.</summary>
internal sealed record Capture(string Path)
{
    // Ports that tshark does not know: it would go by the client's, should that be one it knows.
    private static readonly string[] Options = ["-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-d", "tcp.port==104,dicom", "-d", "tcp.port==105,dicom", "-d", "tcp.port==11112,dicom", "-d", "tcp.port==2762,tls", "-d", "tcp.port==6464,http", "-d", "tcp.port==8042,http"];

    /// <summary>Fields of the frames that match, one line a frame, separated by tabs.</summary>
    public async Task<IReadOnlyList<string>> FieldsAsync(string filter, params string[] fields) =>
        [.. (await TsharkAsync(["-Y", filter, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("Running as user", StringComparison.Ordinal))];

    /// <summary>How many frames match.</summary>
    public async Task<int> CountAsync(string filter) => (await FieldsAsync(filter, "frame.number")).Count;

    /// <summary>How many TCP connections have frames that match: a busy machine may send a frame again.</summary>
    public async Task<int> ConnectionsAsync(string filter) => (await FieldsAsync(filter, "tcp.stream")).Distinct().Count();

    /// <summary>What tshark prints with further options.</summary>
    public async Task<string> TsharkAsync(params IEnumerable<string> options)
    {
        (int code, string output) = await Shell.RunAsync("tshark", [.. Options, "-r", Path, .. options], TestContext.Current.CancellationToken);
        Assert.True(code == 0, output);
        return output;
    }

    /// <summary>DIMSE commands by the name that tshark prints; several may share a frame, so frames are not counted but commands.</summary>
    public async Task<IReadOnlyDictionary<string, int>> DicomCommandsAsync() =>
        (await TsharkAsync("-Y", "dicom", "-V")).Split('\n').Where(line => line.Contains("(0000,0100)", StringComparison.Ordinal))
            .Select(line => line.Trim().Split(' ')[^1]).CountBy(command => command).ToDictionary(StringComparer.Ordinal);
}
