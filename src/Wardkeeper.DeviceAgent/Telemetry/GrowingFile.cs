namespace Wardkeeper.DeviceAgent.Telemetry;

/// <summary>A file that grows, as a stream that waits for more; it ends when the path leads to another or a shorter file.</summary>
internal sealed class GrowingFile(FileStream file, string path, TimeSpan look, TimeProvider clock) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int read = await file.ReadAsync(buffer, cancellationToken);
            if (read > 0) return read;
            // The path leads to this very file when its length lies between two looks at the open one: it may grow meanwhile.
            long least = file.Length;
            FileInfo now = new(path);
            if (!now.Exists || now.Length < file.Position || now.Length < least || now.Length > file.Length) return 0;
            await Task.Delay(look, clock, cancellationToken);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
