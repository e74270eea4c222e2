using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>Names of files in shares: what may name a patient is masked, folder by folder.</summary>
internal static class SharePath
{
    /// <summary>What Zeek calls the folder that a share itself is.</summary>
    public const string Root = "<share_root>";

    /// <summary>The name as it may leave.</summary>
    public static MaskedText Mask(string name, ITransactionSink into, ref UriMasking? masking)
    {
        if (name.Length == 0) return PatientMasker.Plain(Root);
        UriMasking uris = UriMasking.Of(into.Masker, ref masking);
        PatientContext context = default;
        string[] parts = name.Split('\\');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length > 0) parts[i] = uris.FileName(Encoding.UTF8.GetBytes(parts[i]), in context).Value;
        }
        return new MaskedText(string.Join('\\', parts));
    }
}
