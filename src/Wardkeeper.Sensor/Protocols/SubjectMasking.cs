using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Masks subjects, topics and routing keys, whose words are parted by dots (<c>ward.patient.4711</c>), the way a path is masked.</summary>
internal static class SubjectMasking
{
    private const int Longest = 256;

    /// <summary>The subject with what names a patient masked; null when it is empty.</summary>
    public static MaskedText? Of(ReadOnlySpan<byte> subject, PatientMasker masker, ref UriMasking? held)
    {
        if (subject.IsEmpty) return null;
        subject = subject[..Math.Min(subject.Length, Longest)];
        PatientContext context = default;
        UriMasking uris = UriMasking.Of(masker, ref held);
        if (subject.IndexOfAny((byte)'/', (byte)'?') >= 0) return uris.Uri(subject, ref context);
        Span<byte> path = stackalloc byte[Longest];
        subject.CopyTo(path);
        path = path[..subject.Length];
        path.Replace((byte)'.', (byte)'/');
        string masked = uris.Uri(path, ref context).Value;
        return new MaskedText(masked.Replace('/', '.'));
    }
}
