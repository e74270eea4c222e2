using Wardkeeper.Lab.Commands;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>Holds the recording that is shipped to its truth; with WARDKEEPER_RECORDING=DIR another one, with the logs of its programs.</summary>
public sealed class SampleTests(SampleTests.Day day) : IClassFixture<SampleTests.Day>
{
    /// <summary>Names of what is compared.</summary>
    public static TheoryData<string> Names => [.. DayComparison.All.Where(comparison => comparison.Name != "logs" || Directory.Exists(Path.Combine(Day.Folder, "logs"))).Select(comparison => comparison.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_recording_and_its_truth_agree_in(string what)
    {
        RecordedDay recorded = day.Recorded;
        // Of a whole day some is there of everything.
        Assert.True(recorded.Planned.Count > 100, $"the truth of {recorded.Folder} has {recorded.Planned.Count} rows");
        await DayComparison.All.Single(comparison => comparison.Name == what).Check(new DayComparison(recorded));
    }

    /// <summary>The recording, read once.</summary>
    public sealed class Day : IAsyncLifetime
    {
        /// <summary>Where it is.</summary>
        internal static string Folder { get; } = Environment.GetEnvironmentVariable("WARDKEEPER_RECORDING") is { Length: > 0 } other ? other : Checkout.Sample("hospital-day");

        private static readonly Requirement[] Readers = [new("tshark", "tshark"), new("dcmdump", "dcmtk")];

        private RecordedDay? recorded;
        private string missing = "";

        /// <summary>The recording. Where a program that reads it or the recording is missing the test is skipped with the reason; with CI=true it fails.</summary>
        internal RecordedDay Recorded
        {
            get
            {
                if (recorded is null && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
                Assert.SkipWhen(recorded is null, missing);
                return recorded!;
            }
        }

        /// <summary>Reads it.</summary>
        public async ValueTask InitializeAsync()
        {
            missing = !File.Exists(Path.Combine(Folder, "hospital.pcap")) ? $"there is no hospital.pcap in {Folder}" : string.Join(", ", Readers.Where(reader => Doctor.Find(reader) is null).Select(reader => "not installed: " + reader.Program));
            if (missing.Length == 0) recorded = await RecordedDay.ReadAsync(Folder);
        }

        /// <summary>Removes what was made to read it.</summary>
        public ValueTask DisposeAsync()
        {
            recorded?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
