// Skip-gram and CBOW with negative sampling on a GPU: the updates of kernels/sgns.py and bags.py.
//
// A *writer* is a block of threads that walks along its own stretch of the text, centre by centre.
// Each of its threads owns four columns of every row it meets, so that rows are read, changed and
// written without waiting for one another; only the scores need all threads. Writers share the
// matrices without locks, yet no update is lost: changes are added by the memory itself.
//
// A context word stays in a window for 2 WINDOW + 1 centres. Its row is *held* as long: fetched
// once, trained in shared memory, and what it gained added to the matrix when it leaves (Randall,
// Allen and Ge 2021, "FULL-W2V", arXiv:2312.07743). Of a frequent word many writers would hold
// copies that grow old together, which diverges: words marked SHARED are read and changed in the
// matrix itself.
//
// Compiled for given sizes, by -D:
//   WIDTH     floats in a row, a multiple of 4        WINDOW    words on each side, at most 15
//   TARGETS   the centre and its noise words, <= 31   TOGETHER  context words with common noise
//   CBOW      1: the mean of all the window's rows predicts the centre
//   SUBWORDS  1: a word's input row is the mean of several rows, its pieces

typedef unsigned long long u64;

constexpr int LANES = 32;
constexpr unsigned ALL = 0xFFFFFFFFu;  // lanes of a warp
constexpr int THREADS = (WIDTH / 4 + LANES - 1) / LANES * LANES;
constexpr int WARPS = THREADS / LANES;
constexpr int SLOTS = 2 * WINDOW + 1;
constexpr int BATCHES = CBOW ? 1 : (2 * WINDOW + TOGETHER - 1) / TOGETHER;
constexpr int BATCH = CBOW ? 2 * WINDOW : TOGETHER;
constexpr int AT_ONCE = BATCH < LANES / TARGETS ? BATCH : LANES / TARGETS;
// Writers on a multiprocessor that the compiler leaves registers for; with many targets it is 1.
constexpr int NEIGHBOURS = TARGETS <= 8 && THREADS < 512 ? 512 / THREADS : 1;
constexpr int MEASURE_EVERY = 32;  // centres of which the loss is measured, one in so many

constexpr int SENTENCE_START = 1 << 31, SHARED = 1 << 30;  // marks of a word in the text

static_assert(2 * WINDOW + 2 <= LANES && TARGETS < LANES, "a warp's lanes hold a window");

// Rows. A thread has four columns of each; those beyond the width hold zeros.

__device__ float4 zeros() { return make_float4(0, 0, 0, 0); }

__device__ float4 fma(float scale, float4 a, float4 b) {
    return make_float4(scale * a.x + b.x, scale * a.y + b.y, scale * a.z + b.z, scale * a.w + b.w);
}

__device__ float dot(float4 a, float4 b) { return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w; }

__device__ bool owns_columns() { return 4 * threadIdx.x < WIDTH; }

__device__ float4 *columns_of(float *matrix, int row) {
    return reinterpret_cast<float4 *>(matrix + size_t(row) * WIDTH) + threadIdx.x;
}

// Past the first cache, which does not see what other writers add.
__device__ float4 load(float *matrix, int row) {
    return owns_columns() ? __ldcg(columns_of(matrix, row)) : zeros();
}

__device__ void add(float *matrix, int row, float4 change) {
    if (!owns_columns()) return;
    float4 *place = columns_of(matrix, row);
#if __CUDA_ARCH__ >= 900
    asm volatile("red.global.add.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(place), "f"(change.x),
                 "f"(change.y), "f"(change.z), "f"(change.w)
                 : "memory");
#else
    atomicAdd(&place->x, change.x);
    atomicAdd(&place->y, change.y);
    atomicAdd(&place->z, change.z);
    atomicAdd(&place->w, change.w);
#endif
}

// Random numbers: those of kernels/rng.py, the counter being the place in the text.

__device__ u64 random_bits(u64 key, u64 counter) {
    u64 z = key + (counter + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

__device__ unsigned below(u64 bits, unsigned n) { return __umulhi(unsigned(bits >> 32), n); }

struct Noise {
    const uint2 *columns;  // Walker's alias table: threshold as float bits, alias
    unsigned n_columns;

    __device__ int word(u64 bits) const {
        unsigned column = below(bits, n_columns);
        uint2 entry = __ldg(columns + column);
        float unit = float(bits & 0xFFFFFF) * 0x1p-24f;
        return unit < __uint_as_float(entry.x) ? column : entry.y;
    }
};

// Lane l of each warp receives the sum of values[l] over the writer's threads. In a warp all sums
// are taken at once: lanes in two halves swap halves of their values, until each has one.
template <int N>
__device__ float sum_over_threads(float (&values)[N], float *exchange, int &turn) {
    int lane = threadIdx.x % LANES;
#pragma unroll
    for (int half = LANES / 2; half; half /= 2) {
        bool upper = lane & half;
#pragma unroll
        for (int k = 0; k < half && k < N; k++) {
            if (k + half < N) {
                float kept = upper ? values[k + half] : values[k];
                float sent = upper ? values[k] : values[k + half];
                values[k] = kept + __shfl_xor_sync(ALL, sent, half);
            } else {
                values[k] += __shfl_xor_sync(ALL, values[k], half);
            }
        }
    }
    if (WARPS == 1) return values[0];
    // Two tables in turn: nobody writes to one before all have read it.
    float *table = exchange + turn * THREADS;
    turn ^= 1;
    table[threadIdx.x] = values[0];
    __syncthreads();
    float sum = 0;
#pragma unroll
    for (int warp = 0; warp < WARPS; warp++) sum += table[warp * LANES + lane];
    return sum;
}

struct Text {
    const int *words;  // what subsampling left, with their marks
    long long n_words;

    __device__ bool has(long long position) const { return 0 <= position && position < n_words; }
    __device__ int at(long long position) const {
        return has(position) ? words[position] : SENTENCE_START;
    }
};

// The words around a centre: lane WINDOW of each warp has the centre, lanes to both sides its
// neighbours, lane 2 WINDOW + 1 the word that comes next.
struct Window {
    int word;        // this lane's
    int first, n;    // the context: n lanes from `first` on, without the centre
    int first_slot;  // where the row of lane 0 is held; the others follow, in a ring

    // Shrinks the window to `reach` words a side and to the centre's sentence.
    __device__ void close(int reach) {
        unsigned starts = __ballot_sync(ALL, word < 0);
        unsigned before = starts & ((2u << WINDOW) - 1), after = starts >> (WINDOW + 1);
        int left = min(reach, before ? WINDOW - (31 - __clz(before)) : WINDOW);
        int right = min(reach, after ? __ffs(after) - 1 : WINDOW);
        first = WINDOW - left;
        n = left + right;
    }

    __device__ void move_on(int next_word) {
        word = next_word;
        first_slot = slot(1);
    }

    __device__ int word_at(int lane) const {
        return __shfl_sync(ALL, word, lane) & ~SENTENCE_START;
    }
    __device__ int context_lane(int c) const { return first + c + (first + c >= WINDOW); }
    __device__ int slot(int lane) const { return (first_slot + lane) % SLOTS; }
};

// Input rows, those of the window held. With subwords a word's row is the mean of its pieces, and
// its change is added to each of them, as in fastText.
struct Inputs {
    float *matrix;
    const long long *offsets;  // of word i: pieces[offsets[i]] to pieces[offsets[i + 1] - 1]
    const int *pieces;
    bool frozen;
    float4 *held, *fetched;  // the rows as they are and as they came

    __device__ int n_rows(int word) const {
        word &= ~SHARED;
        return SUBWORDS ? offsets[word + 1] - offsets[word] : 1;
    }

    __device__ float4 fetch(int word) const {
        word &= ~SHARED;
#if SUBWORDS
        float4 sum = zeros();
#pragma unroll 8
        for (long long k = offsets[word]; k < offsets[word + 1]; k++)
            sum = fma(1, load(matrix, pieces[k]), sum);
        return fma(1.0f / n_rows(word), sum, zeros());
#else
        return load(matrix, word);
#endif
    }

    __device__ void give_back(int word, float4 change) const {
        word &= ~SHARED;
#if SUBWORDS
        for (long long k = offsets[word]; k < offsets[word + 1]; k++)
            add(matrix, pieces[k], change);
#else
        add(matrix, word, change);
#endif
    }

    __device__ void enter(int slot, float4 row) {
        held[slot * THREADS] = row;
        fetched[slot * THREADS] = row;
    }

    __device__ void leave(int slot, int word) const {
        if (!frozen && !(word & SHARED))
            give_back(word, fma(-1, fetched[slot * THREADS], held[slot * THREADS]));
    }

    __device__ float4 row(int slot, int word) const {
        return word & SHARED ? fetch(word) : held[slot * THREADS];
    }

    __device__ void change(int slot, int word, float4 step) {
        if (frozen) return;
        if (word & SHARED) give_back(word, step);
        else held[slot * THREADS] = fma(1, step, held[slot * THREADS]);
    }
};

// The centre and its noise words, their output rows, and what these are to gain.
struct Targets {
    int words[TARGETS], own;  // own: that of this lane, words[lane % TARGETS]
    float4 rows[TARGETS], gains[TARGETS];

    // word: in lane t the t-th target.
    __device__ void read(float *outputs, int word) {
        own = __shfl_sync(ALL, word, threadIdx.x % LANES % TARGETS);
#pragma unroll
        for (int t = 0; t < TARGETS; t++) {
            words[t] = __shfl_sync(ALL, word, t);
            rows[t] = load(outputs, words[t]);
            gains[t] = zeros();
        }
    }

    __device__ void write(float *outputs) const {
#pragma unroll
        for (int t = 0; t < TARGETS; t++) add(outputs, words[t], gains[t]);
    }

    // One input row against all targets: their gains, and the row's own step. rates: in lane
    // first + t the learning rate times the error of target t.
    __device__ float4 step(float4 row, float rates, int first) {
        float4 step = zeros();
#pragma unroll
        for (int t = 0; t < TARGETS; t++) {
            float rate = __shfl_sync(ALL, rates, first + t);
            step = fma(rate, rows[t], step);
            gains[t] = fma(rate, row, gains[t]);
        }
        return step;
    }
};

struct Loss {
    float sum;
    int n;

    // sigma(score of the label) is 1 - |error|, and 1e-7 is left of a hopeless pair.
    __device__ void add(float error, bool is_pair) {
        float right = 1 - fabsf(error);
        sum -= __logf(right < 1e-7f ? 1e-7f : right);  // NaN stays NaN
        n += is_pair;
    }
};

// What all threads of a writer know.
struct Writer {
    Inputs inputs;
    Window window;
    Targets targets;
    Loss loss;
    float *exchange;
    int turn;
    bool measures;

    // In lane c TARGETS + t the error (label - sigma) of row c and target t, of `n` rows. A noise
    // word equal to the centre counts for nothing.
    template <int N>
    __device__ float errors(float (&scores)[N], int n) {
        float score = sum_over_threads(scores, exchange, turn);
        int lane = threadIdx.x % LANES;
        bool is_centre = lane % TARGETS == 0;
        bool counts = lane < n * TARGETS && (is_centre || targets.own != targets.words[0]);
        float error = counts ? is_centre - 1 / (1 + __expf(-score)) : 0;
        if (measures) loss.add(error, counts && is_centre);
        return error;
    }

    // Context words first to last - 1, each paired with the same targets (skip-gram). All errors
    // are taken from the targets' rows as they were.
    __device__ void train_pairs(int first, int last, float rate) {
        for (int start = first; start < last; start += AT_ONCE) {
            int n = min(AT_ONCE, last - start);
            float4 rows[AT_ONCE];
            float scores[AT_ONCE * TARGETS];
#pragma unroll
            for (int c = 0; c < AT_ONCE; c++) {
                int lane = window.context_lane(start + c);
                rows[c] = c < n ? inputs.row(window.slot(lane), window.word_at(lane)) : zeros();
            }
#pragma unroll
            for (int c = 0; c < AT_ONCE; c++)
#pragma unroll
                for (int t = 0; t < TARGETS; t++)
                    scores[c * TARGETS + t] = dot(rows[c], targets.rows[t]);
            float rates = rate * errors(scores, n);
#pragma unroll
            for (int c = 0; c < AT_ONCE; c++) {
                if (c >= n) break;
                int lane = window.context_lane(start + c);
                float4 step = targets.step(rows[c], rates, c * TARGETS);
                inputs.change(window.slot(lane), window.word_at(lane), step);
            }
        }
    }

    // The mean of the window's rows with the targets (CBOW); its step goes to each row, whole.
    __device__ void train_mean(float rate) {
        float4 sum = zeros();
        int n_rows = 0;
        for (int c = 0; c < window.n; c++) {
            int lane = window.context_lane(c), word = window.word_at(lane);
            sum = fma(inputs.n_rows(word), inputs.row(window.slot(lane), word), sum);
            n_rows += inputs.n_rows(word);
        }
        float4 mean = fma(1.0f / n_rows, sum, zeros());
        float scores[TARGETS];
#pragma unroll
        for (int t = 0; t < TARGETS; t++) scores[t] = dot(mean, targets.rows[t]);
        float4 step = targets.step(mean, rate * errors(scores, 1), 0);
        for (int c = 0; c < window.n; c++) {
            int lane = window.context_lane(c);
            inputs.change(window.slot(lane), window.word_at(lane), step);
        }
    }
};

// Trains on n_words words, the learning rate falling in a line along each writer's stretch; adds
// the sum and the number of the losses measured to `losses`.
extern "C" __global__ void __launch_bounds__(THREADS, NEIGHBOURS)
    train(float *inputs, const long long *piece_offsets, const int *pieces, int freeze_inputs,
          float *outputs, const int *words, long long n_words, const uint2 *noise_columns,
          unsigned n_columns, u64 key, float first_rate, float last_rate, double *losses) {
    extern __shared__ float4 memory[];
    int lane = threadIdx.x % LANES;
    Text text = {words, n_words};
    Noise noise = {noise_columns, n_columns};
    Writer writer;
    Window &window = writer.window;
    float4 *held = memory + threadIdx.x, *fetched = held + SLOTS * THREADS;
    writer.inputs = {inputs, piece_offsets, pieces, bool(freeze_inputs), held, fetched};
    writer.exchange = reinterpret_cast<float *>(memory + 2 * SLOTS * THREADS);
    writer.turn = 0;
    writer.loss = {0, 0};

    long long begin = n_words * blockIdx.x / gridDim.x;
    long long end = n_words * (blockIdx.x + 1) / gridDim.x;
    if (begin == end) return;
    float rate_step = (last_rate - first_rate) / (end - begin);

    window.word = text.at(begin - WINDOW + lane);
    window.first_slot = 0;
    for (int k = 0; k < SLOTS; k++)
        if (text.has(begin - WINDOW + k))
            writer.inputs.enter(k, writer.inputs.fetch(window.word_at(k)));

    for (long long centre = begin; centre < end; centre++) {
        float rate = first_rate + rate_step * (centre - begin);
        writer.measures = centre % MEASURE_EVERY == 0;

        // What the next window needs is asked for now.
        int next_word = text.at(centre + 1 - WINDOW + lane);
        int coming = window.word_at(SLOTS);
        bool is_held = text.has(centre + WINDOW + 1) && !(coming & SHARED);
        float4 coming_row = is_held ? writer.inputs.fetch(coming) : zeros();

        for (int batch = 0, first = 0; batch < BATCHES; batch++, first += BATCH) {
            u64 bits = random_bits(key, (centre * BATCHES + batch) * LANES + lane);
            if (batch == 0) window.close(1 + below(__shfl_sync(ALL, bits, LANES - 1), WINDOW));
            if (first >= window.n) break;
            int centre_word = window.word_at(WINDOW) & ~SHARED;
            bool draws = 0 < lane && lane < TARGETS;
            writer.targets.read(outputs, draws ? noise.word(bits) : centre_word);
#if CBOW
            writer.train_mean(rate);
#else
            writer.train_pairs(first, min(first + BATCH, window.n), rate);
#endif
            writer.targets.write(outputs);
        }

        if (text.has(centre - WINDOW)) writer.inputs.leave(window.slot(0), window.word_at(0));
        if (is_held) writer.inputs.enter(window.slot(0), coming_row);
        window.move_on(next_word);
    }
    for (int k = 0; k < SLOTS - 1; k++)
        if (text.has(end - WINDOW + k)) writer.inputs.leave(window.slot(k), window.word_at(k));

    if (threadIdx.x < LANES) {
        double sum = writer.loss.sum, n = writer.loss.n;
        for (int half = LANES / 2; half; half /= 2) {
            sum += __shfl_xor_sync(ALL, sum, half);
            n += __shfl_xor_sync(ALL, n, half);
        }
        if (lane == 0) atomicAdd(losses, sum), atomicAdd(losses + 1, n);
    }
}
