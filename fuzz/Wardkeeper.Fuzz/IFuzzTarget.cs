using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Wardkeeper.Fuzz;

/// <summary>One part of the sensor under test. An input is a list of records: chunks, frames or segments, each beginning with control bytes.</summary>
internal interface IFuzzTarget
{
    /// <summary>Its name on the command line, for example <c>analyser:dicom</c>.</summary>
    string Name { get; }

    /// <summary>Whether an input is a list of records; else it is one record without control bytes, and its file is the record itself.</summary>
    bool IsFramed => true;

    /// <summary>Control bytes at the beginning of each record.</summary>
    int Control => 0;

    /// <summary>How many runs of a light target one run of this one costs, for tests with a fixed budget.</summary>
    int Weight => 1;

    /// <summary>What to begin with.</summary>
    IEnumerable<byte[][]> Seeds();

    /// <summary>Runs one input. Whatever is thrown is a find; <see cref="BrokenPromiseException"/> is thrown for an answer that is wrong.</summary>
    /// <param name="records">The input.</param>
    /// <param name="isThorough">
    /// Whether the promises that need the same input a second time are looked at too (cut elsewhere, after a reset, with two workers)
    /// and what came out is written down. Several times as dear.
    /// </param>
    void Run(byte[][] records, bool isThorough);
}

/// <summary>The code under test did not throw, and did not keep what it promises either.</summary>
/// <param name="promise">Which promise, in kebab case: finds are told apart by it.</param>
/// <param name="detail">What was seen.</param>
internal sealed class BrokenPromiseException(string promise, string detail) : Exception($"{promise}: {detail}")
{
    /// <summary>Which promise.</summary>
    public string Promise => promise;

    /// <summary>Throws unless the promise is kept.</summary>
    public static void Unless(bool kept, string promise, string detail = "")
    {
        if (!kept) throw new BrokenPromiseException(promise, detail);
    }

    /// <summary>Throws unless the promise is kept; what was seen is written down only then.</summary>
    public static void Unless(bool kept, string promise, [InterpolatedStringHandlerArgument(nameof(kept))] ref Detail detail)
    {
        if (!kept) throw new BrokenPromiseException(promise, detail.ToString());
    }
}

/// <summary>A text that costs nothing as long as a promise is kept.</summary>
[InterpolatedStringHandler]
internal readonly ref struct Detail
{
    private readonly StringBuilder? text;

    /// <summary>Begins it; <paramref name="isWanted"/> says whether anything shall be written.</summary>
    public Detail(int literals, int values, bool kept, out bool isWanted)
    {
        isWanted = !kept;
        text = kept ? null : new StringBuilder(literals + (values * 8));
    }

    /// <summary>Adds what stands between values.</summary>
    public void AppendLiteral(string literal) => text!.Append(literal);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => text!.Append(value);

    /// <summary>Adds a value in a format.</summary>
    public void AppendFormatted<T>(T value, string format)
        where T : IFormattable => text!.Append(value.ToString(format, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => text?.ToString() ?? "";
}
