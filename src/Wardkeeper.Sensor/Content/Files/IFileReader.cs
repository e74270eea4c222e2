namespace Wardkeeper.Sensor.Content.Files;

/// <summary>Reads one kind of file as its bytes pass, without holding it.</summary>
internal interface IFileReader
{
    /// <summary>The next bytes.</summary>
    void Push(ReadOnlySpan<byte> bytes);

    /// <summary>The next bytes were lost.</summary>
    void Lose(long missing);

    /// <summary>Ends the file and says what it was; null when it was not what it seemed.</summary>
    FileTraits? End();
}

/// <summary>Chooses the reader of a type.</summary>
internal static class FileReaders
{
    /// <summary>The reader for content of this type, or null when nothing in it is worth reading.</summary>
    /// <param name="type">Media type by content.</param>
    public static IFileReader? For(string? type) => type switch
    {
        ContentType.Executable or "application/x-executable" or "application/x-sharedlib" or "application/x-object" or "application/x-mach-o-executable" => new ProgramReader(),
        "application/zip" => new ZipReader(),
        "application/x-tar" => new TarReader(),
        "application/x-gzip" => new GzipReader(),
        "application/pdf" => new DocumentReader(DocumentReader.Pdf),
        "application/msword" => new DocumentReader(DocumentReader.Compound),
        "text/rtf" => new DocumentReader(DocumentReader.Rtf),
        _ => null,
    };
}
