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
    void Run(byte[][] records);
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
}
