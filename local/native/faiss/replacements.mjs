/**
 * What is changed in faiss-node's `src/faiss.cc` (0.5.1) before it is compiled, and why.
 *
 * As published the addon crashes in worker threads, leaks its inputs, dereferences null on an index that was
 * never built, and divides by a dimension of 0. A RAG pod searches from workers and loads and drops tenants all
 * day, so each of those is an outage or a slow death by memory there.
 *
 * Every text must occur exactly `times` times: another version of the source stops the build instead of
 * compiling half corrected.
 *
 * @typedef {{ why: string, times: number, from: string, to: string }} Replacement
 */

/** A holder in place of `unique_ptr`: using an index that was disposed, or never read, throws instead of crashing. */
const HOLDER = `class IndexHolder
{
public:
  faiss::Index *get() const
  {
    if (!index_) throw std::runtime_error("This index is empty or was disposed.");
    return index_.get();
  }
  faiss::Index *operator->() const { return get(); }
  faiss::Index &operator*() const { return *get(); }
  IndexHolder &operator=(std::unique_ptr<faiss::Index> index)
  {
    index_ = std::move(index);
    return *this;
  }
  void reset() { index_.reset(); }

private:
  std::unique_ptr<faiss::Index> index_;
};
`;

/** Reads \`number[]\` or \`Float32Array\`; the copy is owned, so that nothing leaks when an item is not a number. */
const READERS = `static std::vector<float> readVectors(const Napi::Value &value, const faiss::Index &index)
{
  Napi::Env env = value.Env();
  std::vector<float> items;
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float32_array)
  {
    auto array = value.As<Napi::Float32Array>();
    items.assign(array.Data(), array.Data() + array.ElementLength());
  }
  else if (value.IsArray())
  {
    auto array = value.As<Napi::Array>();
    const uint32_t length = array.Length();
    items.reserve(length);
    for (uint32_t i = 0; i < length; i++)
    {
      Napi::Value item = array[i];
      if (!item.IsNumber()) throw Napi::TypeError::New(env, "Expected a Number as array item. (at: " + std::to_string(i) + ")");
      items.push_back(item.As<Napi::Number>().FloatValue());
    }
  }
  else
  {
    throw Napi::TypeError::New(env, "Invalid the first argument type, must be an Array or a Float32Array.");
  }
  if (index.d <= 0 || items.size() % static_cast<size_t>(index.d) != 0)
  {
    throw Napi::Error::New(env, "Invalid the given array length.");
  }
  return items;
}
`;

const ARRAY_CHECK = `    if (!info[0].IsArray())
    {
      Napi::TypeError::New(env, "Invalid the first argument type, must be an Array.").ThrowAsJavaScriptException();
      return env.Undefined();
    }
`;

/** @param {string} name @param {string} type @param {string} getter */
const copyLoop = (name, type, getter) => `
    ${type} *${name} = new ${type}[length];
    for (size_t i = 0; i < length; i++)
    {
      Napi::Value val = arr[i];
      if (!val.IsNumber())
      {
        Napi::Error::New(env, "Expected a Number as array item. (at: " + std::to_string(i) + ")")
            .ThrowAsJavaScriptException();
        return env.Undefined();
      }
      ${name}[i] = val.As<Napi::Number>().${getter}();
    }
`;

const LENGTH_CHECK = `
    Napi::Array arr = info[0].As<Napi::Array>();
    size_t length = arr.Length();
    auto dv = std::div(length, index_->d);
    if (dv.rem != 0)
    {
      Napi::Error::New(env, "Invalid the given array length.")
          .ThrowAsJavaScriptException();
      return env.Undefined();
    }
`;

const ADDED_METHODS = `  Napi::Value dispose(const Napi::CallbackInfo &info)
  {
    index_.reset();
    return info.Env().Undefined();
  }

  Napi::Value setParams(const Napi::CallbackInfo &info)
  {
    if (!info[0].IsString())
    {
      throw Napi::TypeError::New(info.Env(), "Invalid the first argument type, must be a string.");
    }
    faiss::ParameterSpace().set_index_parameters(index_.get(), info[0].As<Napi::String>().Utf8Value().c_str());
    return info.Env().Undefined();
  }

`;

/** @type {Replacement[]} */
export const replacements = [
  {
    why: 'headers of what is added',
    times: 1,
    from: '#include <faiss/IndexFlat.h>\n',
    to: '#include <memory>\n#include <stdexcept>\n#include <vector>\n#include <faiss/AutoTune.h>\n#include <faiss/IndexFlat.h>\n',
  },
  {
    why: 'FAISS before 1.7.4 (Debian 12) declares idx_t inside Index; the readers follow',
    times: 1,
    from: 'using idx_t = faiss::idx_t;\n',
    to: `using idx_t = decltype(faiss::Index::ntotal);\n\n${HOLDER}\n${READERS}`,
  },
  {
    why: 'one JavaScript constructor a thread: a shared one belongs to another isolate',
    times: 1,
    from: '  inline static Napi::FunctionReference *constructor;\n',
    to: '  inline static thread_local Napi::FunctionReference *constructor = nullptr;\n',
  },
  {
    why: 'no null index',
    times: 1,
    from: '  std::unique_ptr<faiss::Index> index_;\n  inline',
    to: '  IndexHolder index_;\n  inline',
  },
  {
    why: 'fromBuffer: the reader leaked the whole file, and the buffer was copied twice',
    times: 1,
    from: `    auto buffer = Napi::Buffer<uint8_t>::Copy(env, info[0].As<Napi::Buffer<uint8_t>>().Data(), info[0].As<Napi::Buffer<uint8_t>>().Length());
    faiss::VectorIOReader *reader = new faiss::VectorIOReader();
    reader->data = std::vector<uint8_t>(buffer.Data(), buffer.Data() + buffer.Length());
`,
    to: `    auto buffer = info[0].As<Napi::Buffer<uint8_t>>();
    faiss::VectorIOReader reader;
    reader.data.assign(buffer.Data(), buffer.Data() + buffer.Length());
`,
  },
  {
    why: 'fromBuffer: the same reader, now a local',
    times: 1,
    from: 'faiss::read_index(reader)',
    to: 'faiss::read_index(&reader)',
  },
  {
    why: 'toBuffer: the writer leaked the whole file',
    times: 1,
    from: `    faiss::VectorIOWriter *writer = new faiss::VectorIOWriter();

    faiss::write_index(index_.get(), writer);
`,
    to: `    faiss::VectorIOWriter writer;
    faiss::write_index(index_.get(), &writer);
`,
  },
  {
    why: 'toBuffer: the same writer, now a local',
    times: 1,
    from: 'Copy(env, writer->data.data(), writer->data.size())',
    to: 'Copy(env, writer.data.data(), writer.data.size())',
  },
  {
    why: 'add and train: owned input, typed arrays too',
    times: 2,
    from: `${ARRAY_CHECK}${LENGTH_CHECK}${copyLoop('xb', 'float', 'FloatValue')}`,
    to: '    const std::vector<float> vectors = readVectors(info[0], *index_);\n    const idx_t count = vectors.size() / index_->d;\n',
  },
  {
    why: 'add: no leak when FAISS throws',
    times: 1,
    from: '    index_->add(dv.quot, xb);\n\n    delete[] xb;\n',
    to: '    index_->add(count, vectors.data());\n',
  },
  {
    why: 'train: no leak when FAISS throws',
    times: 1,
    from: '    index_->train(dv.quot, xb);\n\n    delete[] xb;\n',
    to: '    index_->train(count, vectors.data());\n',
  },
  {
    why: 'search: the type of the query is checked by its reader',
    times: 1,
    from: `${ARRAY_CHECK}    if (!info[1].IsNumber())`,
    to: '    if (!info[1].IsNumber())',
  },
  {
    why: 'search: the query leaked at every call; results are owned too',
    times: 1,
    from: `${LENGTH_CHECK}${copyLoop('xq', 'float', 'FloatValue')}
    auto nq = dv.quot;
    idx_t *I = new idx_t[k * nq];
    float *D = new float[k * nq];

    index_->search(nq, xq, k, D, I);
`,
    to: `
    const std::vector<float> queries = readVectors(info[0], *index_);
    const size_t nq = queries.size() / index_->d;
    std::vector<idx_t> I(k * nq);
    std::vector<float> D(k * nq);
    index_->search(nq, queries.data(), k, D.data(), I.data());
`,
  },
  { why: 'search: owned results', times: 1, from: '    delete[] I;\n    delete[] D;\n', to: '' },
  {
    why: 'removeIds: no leak when an item is not a number or the index cannot remove',
    times: 1,
    from: copyLoop('xb', 'idx_t', 'Int64Value'),
    to: `
    std::vector<idx_t> ids;
    ids.reserve(length);
    for (size_t i = 0; i < length; i++)
    {
      Napi::Value val = arr[i];
      if (!val.IsNumber()) throw Napi::TypeError::New(env, "Expected a Number as array item. (at: " + std::to_string(i) + ")");
      ids.push_back(val.As<Napi::Number>().Int64Value());
    }
`,
  },
  {
    why: 'removeIds: the same ids, now owned',
    times: 1,
    from: '    size_t num = index_->remove_ids(faiss::IDSelectorArray{length, xb});\n\n    delete[] xb;\n',
    to: '    size_t num = index_->remove_ids(faiss::IDSelectorArray{ids.size(), ids.data()});\n',
  },
  {
    why: 'dispose() frees now what the collector would free much later; setParams() sets efSearch and nprobe',
    times: 1,
    from: '  Napi::Value ntotal(',
    to: `${ADDED_METHODS}  Napi::Value ntotal(`,
  },
  ...['Index', 'IndexFlatL2', 'IndexFlatIP'].map((name) => ({
    why: `the added methods on ${name}`,
    times: 1,
    from: `      InstanceMethod("ntotal", &${name}::ntotal),\n`,
    to: `      InstanceMethod("ntotal", &${name}::ntotal),
      InstanceMethod("dispose", &${name}::dispose),
      InstanceMethod("setParams", &${name}::setParams),
`,
  })),
];
