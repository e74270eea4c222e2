using System.Buffers;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What a request target asks of a DICOMweb service (PS3.18, chapters 9 and 10). Only identifiers of objects are kept of it, and the names of what is searched by.</summary>
/// <param name="Operation">The transaction: <c>store</c>, <c>search</c>, <c>retrieve</c> or <c>retrieve-uri</c>.</param>
/// <param name="Resource">What is asked for: <c>studies</c>, <c>series</c>, <c>instances</c>, <c>metadata</c>, <c>rendered</c> …; null for the URI service.</param>
/// <param name="StudyUid">Study in the target.</param>
/// <param name="SeriesUid">Series in the target.</param>
/// <param name="SopInstance">Instance in the target.</param>
/// <param name="Keys">Names of parameters by which a search is restricted.</param>
internal sealed record DicomWebRequest(string Operation, string? Resource, string? StudyUid, string? SeriesUid, string? SopInstance, IReadOnlyList<string>? Keys)
{
    private const int MaxKeys = 16;
    private static readonly SearchValues<byte> UidBytes = SearchValues.Create("0123456789."u8);

    /// <summary>Reads a request's target; null when it is none of DICOMweb.</summary>
    public static DicomWebRequest? Of(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        int question = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = question < 0 ? target : target[..question], query = question < 0 ? default : target[(question + 1)..];
        if (method.SequenceEqual("GET"u8) && query.IndexOf("requestType=WADO"u8) >= 0)
            return new DicomWebRequest("retrieve-uri", null, Parameter(query, "studyUID="u8), Parameter(query, "seriesUID="u8), Parameter(query, "objectUID="u8), null);
        int first = First(path);
        if (first < 0) return null;
        path = path[first..].TrimEnd((byte)'/');
        string? study = null, series = null, instance = null, resource = null;
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> segment = path[range];
            if (!IsUid(segment)) resource = Word(segment);
            else if (resource == "studies") study = RecentTexts.OfAscii(segment);
            else if (resource == "series") series = RecentTexts.OfAscii(segment);
            else if (resource == "instances") instance = RecentTexts.OfAscii(segment);
            if (resource is null) return null;
        }
        bool endsWithUid = IsUid(path[(path.LastIndexOf((byte)'/') + 1)..]);
        if (method.SequenceEqual("POST"u8)) return resource == "studies" ? new DicomWebRequest("store", resource, study, null, null, null) : null;
        if (!method.SequenceEqual("GET"u8)) return null;
        bool isSearch = !endsWithUid && resource is "studies" or "series" or "instances";
        // Other services have resources of these names too; without an identifier and without DICOM's words it is not known to be one.
        if (isSearch && study is null && !IsDicom(target, query)) return null;
        return new DicomWebRequest(isSearch && !endsWithUid ? "search" : "retrieve", resource, study, series, instance, isSearch ? Names(query) : null);
    }

    private static int First(ReadOnlySpan<byte> path)
    {
        int studies = path.IndexOf("/studies"u8);
        if (studies >= 0) return path.Length == studies + 8 || path[studies + 8] == (byte)'/' ? studies + 1 : -1;
        if (path.EndsWith("/series"u8)) return path.Length - 6;
        return path.EndsWith("/instances"u8) ? path.Length - 9 : -1;
    }

    private static bool IsDicom(ReadOnlySpan<byte> target, ReadOnlySpan<byte> query) =>
        target.IndexOf("dicom"u8) >= 0 || target.IndexOf("qido"u8) >= 0 || target.IndexOf("-rs/"u8) >= 0 || query.IndexOf("0010"u8) >= 0 || query.IndexOf("0020"u8) >= 0 || query.IndexOf("Patient"u8) >= 0 || query.IndexOf("InstanceUID"u8) >= 0;

    private static string? Word(ReadOnlySpan<byte> segment) =>
        segment.SequenceEqual("studies"u8) ? "studies" : segment.SequenceEqual("series"u8) ? "series" : segment.SequenceEqual("instances"u8) ? "instances"
        : segment.SequenceEqual("metadata"u8) ? "metadata" : segment.SequenceEqual("rendered"u8) ? "rendered" : segment.SequenceEqual("thumbnail"u8) ? "thumbnail"
        : segment.SequenceEqual("bulkdata"u8) ? "bulkdata" : segment.SequenceEqual("frames"u8) ? "frames" : segment.Length < 12 && segment.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 ? "frames" : null;

    private static bool IsUid(ReadOnlySpan<byte> segment) => segment.Length is > 3 and <= 64 && segment.Contains((byte)'.') && !segment.ContainsAnyExcept(UidBytes);

    private static string? Parameter(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name)
    {
        int at = query.IndexOf(name);
        if (at < 0) return null;
        ReadOnlySpan<byte> value = query[(at + name.Length)..];
        int end = value.IndexOf((byte)'&');
        if (end >= 0) value = value[..end];
        return IsUid(value) ? RecentTexts.OfAscii(value) : null;
    }

    /// <summary>Names of matching keys; what only shapes the answer is none.</summary>
    private static List<string> Names(ReadOnlySpan<byte> query)
    {
        List<string> names = [];
        foreach (Range range in query.Split((byte)'&'))
        {
            ReadOnlySpan<byte> parameter = query[range];
            int equals = parameter.IndexOf((byte)'=');
            if (equals <= 0 || equals > 64 || names.Count >= MaxKeys || !Ascii.IsValid(parameter[..equals]) || parameter[(equals + 1)..].Trim("*"u8).IsEmpty) continue;
            string name = Uri.UnescapeDataString(Encoding.ASCII.GetString(parameter[..equals]));
            if (name is "limit" or "offset" or "includefield" or "fuzzymatching" or "accept" || !name.All(char.IsAsciiLetterOrDigit)) continue;
            names.Add(name);
        }
        return names;
    }
}
