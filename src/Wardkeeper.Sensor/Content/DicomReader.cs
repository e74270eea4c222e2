using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Content;

/// <summary>Reads a DICOM file as it passes (PS3.10); nothing is held but what <see cref="Part10Reader"/> holds.</summary>
internal sealed class DicomReader : IFileReader
{
    private readonly Part10Reader file = new();

    /// <summary>Begins a file.</summary>
    public DicomReader() => file.Begin();

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes) => file.Push(bytes);

    /// <inheritdoc/>
    public void Lose(long missing) => file.Lose(missing);

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning)
    {
        DataSetFault fault = file.End();
        if (isBeginning && fault == DataSetFault.Truncated) fault = DataSetFault.None;
        if (!file.HasPrefix) return null;
        DicomContent content = new();
        content.Add(file, fault);
        return content;
    }
}
